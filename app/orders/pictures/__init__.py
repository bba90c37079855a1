"""Pictures of products: fetched from the shop's host, made small, served from ours."""
