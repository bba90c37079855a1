"""How a shop's account page makes its link, in three languages, each with the usual library for JSON Web Tokens."""

PYTHON = """\
# pip install PyJWT
import time, uuid
import jwt

def orders_link(email, order=None):
    now = int(time.time())
    claims = {"aud": "@PORTAL@", "email": email, "iat": now, "exp": now + 300, "jti": str(uuid.uuid4())}
    if order:
        claims["order"] = order
    return "@PORTAL@/from-shop/" + jwt.encode(claims, SECRET, algorithm="HS256")
"""
PHP = """\
// composer require firebase/php-jwt
use Firebase\\JWT\\JWT;

function orders_link(string $email, ?string $order = null): string {
    $now = time();
    $claims = ['aud' => '@PORTAL@', 'email' => $email, 'iat' => $now, 'exp' => $now + 300,
               'jti' => bin2hex(random_bytes(16))];
    if ($order !== null) {
        $claims['order'] = $order;
    }
    return '@PORTAL@/from-shop/' . JWT::encode($claims, SECRET, 'HS256');
}
"""
NODE = """\
// npm install jsonwebtoken
const { randomUUID } = require("node:crypto");
const jwt = require("jsonwebtoken");

function ordersLink(email, order) {
  const claims = { email, ...(order && { order }) };
  const options = { algorithm: "HS256", audience: "@PORTAL@", expiresIn: 300, jwtid: randomUUID() };
  return "@PORTAL@/from-shop/" + jwt.sign(claims, SECRET, options);
}
"""


def samples(portal: str) -> list[tuple[str, str]]:
    """Each language's name with its sample, for the portal at this address."""
    texts = (("Python", PYTHON), ("PHP", PHP), ("Node", NODE))
    return [(name, text.replace("@PORTAL@", portal)) for name, text in texts]
