"""Setting right what a document says, before it is checked: what is only shown never refuses an order."""
