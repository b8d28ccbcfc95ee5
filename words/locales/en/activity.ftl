### What was done with the person's account, as the Mini App lists it.

title = Activity
lead = Everything that was done with your account: when, by whom, and why. Nothing can be removed from this record unnoticed.
nothing-yet = Nothing was done yet.
older-button = Show older
no-more = That is all there is.

## What was done, in a few words

opened-check = Session opened to check that it still works
opened-log-out = Session opened to sign it out at Telegram
opened-linking = Session opened to go on with linking
# $why is in the words of the record.
opened-other = Session opened: { $why }
sealed = Session sealed
seal-broken = The stored session did not open
linking-began = Linking begun
checked = Asked whether it works
linking-linked = Linking finished
linking-expired = Linking ran out of time
linking-cancelled = Linking cancelled
linking-superseded = Linking begun anew
linking-wrong-account = Linking refused
linking-failed = Linking failed
linked = Account linked
imported = Account brought over
unlinked = Account unlinked
key-destroyed = Key of the session destroyed
session-ended = Session erased
another-refused = Another account refused
erasure-asked = Erasing everything begun
erasure-done = Everything erased
# Of a newer version; $why is in the words of the record.
newer = Something newer than this page: { $why }

## Beside it: how it went, by whom, and how often

verdict-refused = Refused
verdict-failed = Did not work
by-you = by you
by-itself = automatically
by-operator = by the operator { $name }
# Of a newer version; $part is in the words of the record.
by-other = by the { $part }
times = { $count } times

## What it means

opened-meaning = The stored sign-in was decrypted for this, and for nothing else. It is written down before it happens.
sealed-meaning = The sign-in was encrypted with a key of its own.
seal-broken-meaning = What is stored was changed, moved or damaged, so it was not opened and not used. Unlink the account and link it again; if you did not expect this, tell whoever runs the bot.
linking-began-meaning = A code was asked for.
checked-meaning = Telegram was asked whether the account still works.
linking-linked-meaning = The code was scanned, and it was your account.
linking-wrong-account-meaning = Another account than yours was scanned. It was signed out again, and nothing of it was stored.
linking-ended-meaning = Nothing of this attempt was kept.
linked-meaning = From here on the bot can work with it.
imported-meaning = The sign-in came from the system that was in use before.
unlinked-meaning = The bot can no longer work with it. Its session is signed out and erased next.
key-destroyed-meaning = No copy of the session opens any more, wherever it may be.
session-ended-meaning = Nothing of the stored sign-in is left.
another-refused-meaning = Only your own account can be linked. Nothing of the other one was stored.
erasure-asked-meaning = Your account is unlinked, its session signed out, and what is remembered is gone.
erasure-done-meaning = The last session is signed out. Only this record is left.
newer-meaning = A newer version of Sesame wrote this down.

## The details

by = By
by-is-you = you
# $part is the part of the program, as the record has it.
by-is-itself = Sesame itself ({ $part })
by-is-operator = the operator { $name }
by-is-other = the { $part }
by-is-other-named = the { $part } { $name }
reason = Reason
outcome = Outcome
outcome-done = done
outcome-refused = refused
outcome-failed = failed
receipt = Receipt
