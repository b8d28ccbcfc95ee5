### The titles of errors (RFC 9457), for whoever writes against the API. Which
### error it is, follows from its code; these are words for people.

unauthorized = Send an Authorization header.
init-data-missing = There is no initData.
init-data-malformed = The initData is damaged.
init-data-forged = The initData is not signed for this bot.
init-data-unsigned = The initData lacks Telegram's own signature, as old apps send it.
init-data-stale = The initData is too old. Open the app again from the bot.
init-data-future = The initData is from the future.
init-data-replayed = The initData was used before. Open the app again from the bot.
token-invalid = The token is not ours.
token-expired = The token is too old. Open the app again from the bot.
token-superseded = Another token was given out in place of this one.
token-revoked = What was known of its person was erased. Open the app again from the bot.
webhook-secret = This is not the secret that Telegram was given.
forbidden = This token only shows a code.
not-found = There is no such thing.
wrong-state = The login is not in a state for this.
password-empty = The password is empty.
password-too-long = The password has more than 1024 bytes.
erase-unconfirmed = Erasing is confirmed with other words.
body-too-large = The body is too large.
body-too-slow = The body did not come in time.
wrong-content-type = The content type is not one that is read here.
malformed = The request cannot be understood.
method-not-allowed = This method is not allowed here.
screen-used = The link was used before.
screen-unknown = The link is too old or was never given out.
rate-limited = Too many requests. Try again when Retry-After is over.
not-checked = Telegram did not say how the account does. Try again.
busy = Busy. Try again.
crowded = Too many watch logins here. Try again when Retry-After is over.
timeout = It took too long. Try again.
unavailable = Out of order for a moment. Try again.
storage-full = There is no room to store anything. Nothing was changed.
storage-failing = Storage cannot be read or written. Nothing was changed.
internal = Something went wrong on our side.
