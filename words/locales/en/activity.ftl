### What was done with the person's account, as the Mini App lists it.

title = Activity
lead = Everything that was done with your account: when, by whom, and why. Nothing can be removed from this record unnoticed.
nothing-yet = Nothing was done yet.
older-button = Show older
no-more = That is all there is.

## What was done, in a sentence. $actor is who did it; $name is what an operator is
## called.

opened-check =
    { $outcome ->
        [works] Checked by Sesame: works
        [frozen] Checked by Sesame: frozen by Telegram
        [stopped] Checked by Sesame: no longer works
        [failed] Sesame could not check your account
       *[other] Checked by Sesame
    }
opened-log-out = Sesame signed your account out at Telegram
opened-linking = Sesame went on with linking
opened-other =
    { $actor ->
        [operator] { $name } opened your session
       *[other] Sesame opened your session
    }
sealed = Your session was sealed
seal-broken = Your stored session did not open
linking-began =
    { $actor ->
        [you] You began to link your account
       *[other] Linking was begun
    }
checked =
    { $actor ->
        [you] You asked whether your account works
        [operator] { $name } asked whether your account works
       *[other] Someone asked whether your account works
    }
linking-linked = You signed in, and it was your account
linking-expired = Linking ran out of time
linking-cancelled = You cancelled linking
linking-superseded = You began to link anew
linking-wrong-account = Another account was scanned, and refused
linking-failed = Linking did not work
linked =
    { $actor ->
        [you] You linked your account
        [operator] { $name } linked your account
       *[other] Your account was linked
    }
imported = Your account was brought over
unlinked =
    { $actor ->
        [you] You unlinked your account
        [operator] { $name } unlinked your account
       *[other] Sesame unlinked your account
    }
key-destroyed = The key of your session was destroyed
session-ended = Your session was erased
another-refused = Another account than yours was refused
export-begun = You asked for a copy of a chat
export-opened = The copy of a chat was opened
export-kept =
    { $actor ->
        [you] You chose how often a copy of a chat is kept up to date
       *[other] It was chosen how often a copy of a chat is kept up to date
    }
export-removed =
    { $actor ->
        [you] You removed the copy of a chat
       *[other] The copy of a chat was removed
    }
channel-added = A channel is read for you
channel-changed = You chose what of a channel is read for you
channel-removed = A channel is not read for you any more
tagging-allowed = You allowed a channel's texts to be given to a service
tagging-forbidden = You took back that a channel's texts may be given to a service
erasure-asked =
    { $actor ->
        [you] You had everything about you erased
       *[other] Everything about you was to be erased
    }
erasure-done = Everything about you was erased
newer = Something that this page does not know yet

## Below it: how it went, and how often

verdict-refused = Refused
verdict-failed = Did not work
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
export-begun-meaning = Your session reads the chat, and what it reads is encrypted with a key of its own.
export-opened-meaning = Its key was decrypted, to go on with the copy or to hand it out to you. It is written down before it happens.
export-kept-meaning = As often as that your session reads what is new in the chat, and what was edited or deleted. On the page of the copy it is chosen anew.
export-removed-meaning = Its key went first, so that nothing of it opens any more; the encrypted files are removed next.
channel-added-meaning = Your session reads the channel's posts, and what it reads is kept where the bot runs.
channel-changed-meaning = How far back, which posts and for how long they are kept.
channel-removed-meaning = Nothing of it is shown to you any more. If no one else has it read, its posts are removed.
tagging-allowed-meaning = The service finds tags for its posts, as it said when you agreed.
tagging-forbidden-meaning = From its next post on, tags are found where the bot runs.
erasure-asked-meaning = Your account is unlinked, its session signed out, and what is remembered is gone.
erasure-done-meaning = The last session is signed out. Only this record is left.
newer-meaning = A newer version of Sesame wrote this down.

## For those who want to know exactly

technical = Technical details
# Of a newer version: its name in the record.
what = What
from = From
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
