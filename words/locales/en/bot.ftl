### What the bot says in the chat. Messages with markup take Telegram's HTML
### (b, i, code …); a line break in a message is one in the chat.

## The bot's profile and its buttons

# At most 120 letters (core.telegram.org/bots/api#setmyshortdescription).
short-description = Links your Telegram account by a QR code and keeps the session sealed. You can undo it at any time.

# The long one, which answers "What can this bot do?"; below it, who runs the bot.
# With what whoever runs it says, at most 512 letters
# (core.telegram.org/bots/api#setmydescription): this has 170 of them.
description = Here you link your own Telegram account to this bot, by a QR code. The session is sealed, each use of it is written down, and you can undo it at any time.
description-operator = Run by { $words }.

menu-button = Open
open-app-button = Open Sesame
open-chat-button = Open the chat
try-again-button = Try again
link-again-button = Link again
open-copies-button = See your copies

## The commands, as the list of them says it

# What whoever runs the bot has it say, below its own words, as they wrote it.
own-words = { $words }

command-start = Open Sesame
command-accounts = Your linked account and how it is
command-unlink = Unlink your account
command-status = What is going on now
command-privacy = What is stored, and how to undo it
command-erase = Erase everything about you
command-help = All commands
# No list has it; operators know it.
command-admin = The operators' pages
help-line = /{ $command } – { $description }

## /start

welcome =
    <b>Hello, { $name }.</b>
    Sesame links your own Telegram account to this bot: you scan a QR code, and the session is kept sealed. You can unlink it at any time.
welcome-purpose = <b>What for:</b> { $words }
welcome-never = Never send a code or a password into this chat; the app asks for what it needs.
app-needs-https =
    <b>The app cannot be opened yet.</b>
    Telegram opens Mini Apps over https only. Whoever runs this bot: set PUBLIC_URL to an https address and start Sesame again.

## /accounts

no-account = No account is linked yet. Open the app and scan the code to link yours.
account-name = <b>{ $name }</b>
account-name-and-username = <b>{ $name }</b> · @{ $username }
account-works = ✅ Works · checked { $ago } ago
account-unseen = ⏳ Linked. Telegram has not said yet how it is.
account-frozen = ❄️ Frozen by Telegram for { $ago }. Only Telegram can lift that; the link stays.
account-stopped =
    { $cause ->
        [revoked] ⚠️ Stopped working { $ago } ago: the session was ended in Settings &gt; Devices. Link it again in the app.
        [banned] ⚠️ Stopped working { $ago } ago: Telegram banned the account. Only Telegram's support can lift that; then link it again in the app.
        [deleted] ⚠️ Stopped working { $ago } ago: the account was deleted at Telegram, and cannot come back.
        [duplicated] ⚠️ Stopped working { $ago } ago: Telegram saw the session in two places at once and ended it. Link it again in the app.
        [expired] ⚠️ Stopped working { $ago } ago: Telegram let the session lapse. Link it again in the app.
        [unreadable] ⚠️ Stopped working { $ago } ago: the stored session can no longer be opened. Link it again in the app.
       *[other] ⚠️ Stopped working { $ago } ago. Link it again in the app.
    }
account-linked = Linked { $ago } ago as “{ $device }”
unlink-account-button = Unlink { $name }

## /status

# Sent when a person asks for it in the Mini App; the button below opens the code.
screen-link = <b>The code for your other screen.</b> Open this chat there and press the button, then scan the code with your phone. It works once, within five minutes.
screen-link-button = Show the code

login-starting = Your code is on its way. Open the app to see it.
login-pending = The code waits to be scanned: { $left } left. Open the app to see it.
login-scanned = The code was scanned; Telegram is signing you in.
login-number-required = Your phone number is needed: { $left } left. Give it in the app.
login-sending-code = Telegram is being asked to send you a code.
login-code-required = Telegram sent you a code: { $left } left. Type it in the app, never in this chat.
login-checking-code = Your code is being checked.
login-password-required = Your cloud password is needed: { $left } left. Type it in the app, never in this chat.
login-checking-password = Your password is being checked.
login-linking = Almost there: the account is being linked.
login-linked = The account is linked.
login-expired = The time to link your account ran out. Nothing was stored.
login-cancelled = Linking was cancelled.
login-superseded = A newer attempt took the place of this one.

## /unlink

ask-unlink =
    Unlink <b>{ $name }</b>?
    Its session is logged out at Telegram and erased here. You can link it again later.
unlink-button = Unlink
keep-button = Keep
nothing-to-unlink = No account is linked, so there is nothing to unlink.
unlinked = <b>{ $name }</b> is unlinked. Its session is logged out at Telegram and erased.
kept = Nothing has changed: <b>{ $name }</b> stays linked.
not-linked-any-more = This account is not linked any more. /accounts shows how things are now.
stale-button = This button is out of date. Send /accounts to see how things are now.

## /privacy

privacy-purpose =
    <b>What your account is used for</b>
    { $words }
privacy =
    <b>What is stored</b>
    Your Telegram id, name and username, the session of the account you link, and when it was opened, for what. Not your phone number, password, codes, or what you write here.

    <b>How it is sealed</b>
    Each session is encrypted (AES-256-GCM) under a key of its own, which is encrypted under a key that is not in the database. It opens only for your account, and every opening is recorded first.

    <b>How to undo it</b>
    /unlink here, or end the session in Settings &gt; Devices. Both take effect at once. /erase erases everything about you. How long things are kept, the app says under Your data.
privacy-operator = <b>Who runs this bot</b>
privacy-policy = Privacy policy: { $words }
privacy-telegram = Sesame uses the Telegram API and is not part of Telegram.

## /erase

ask-erase =
    <b>Erase everything about you?</b>

    <b>What goes:</b> your linked account, whose session is logged out at Telegram and whose key is destroyed; your attempts to link; and what is remembered of you.

    <b>What stays:</b> the record of what was done with your session. It holds your Telegram id, but no name and no messages, and proves that the rest was erased. And, for a day, how often you began to link, so that Telegram does not lock you out.

    This cannot be undone. You get a receipt.
erase-button = Erase everything
erase-too-late = This question is out of date, so nothing was erased. Send /erase to be asked again.
nothing-erased = Nothing was erased.
receipt-title = <b>Everything about you is erased.</b>
receipt-number = Receipt: <code>{ $receipt }</code>
receipt-when = When: { $moment }
receipt-account = Your account: unlinked
receipt-no-account = Your account: was not linked
receipt-logins = Attempts to link erased: { $count }
receipt-record-until = Record kept until: { $day }
receipt-record-for-ever = Record kept: as long as this service runs
receipt-backups-until = Sealed copies in backups gone by: { $day }
receipt-session = The session is being logged out at Telegram.
receipt-return = If you write to me again, I know you again.

## /admin, for operators

admin-link =
    <b>Your way to the operators' pages</b>
    The link works once, for { $left }, and only in the browser that opens it first. Open it where you want to work.
admin-button = Open the operators' pages
admin-not-for-you =
    This is for whoever looks after this bot.
    Your Telegram id is <code>{ $person }</code>: whoever sets Sesame up can name it in OPERATORS.
admin-too-many = You got many links by now. The next one in { $wait }.
confirm-button = Do it
decline-button = Do not
confirmed = ✅ Confirmed: <b>{ $what }</b>. The page that asked goes on.
declined = Nothing is done: <b>{ $what }</b> was declined.
confirmation-void = This question is out of date, so nothing is done. Ask again on the page.

## What is no command

hint = I understand commands only. /help lists them.
unreadable = I could not read that. I understand commands only; /help lists them.
slow-down = That was a lot at once. I answer again in { $wait }.
private-only = I talk in private only.
trouble = That did not work, and it is our fault. Please try again in a moment.

# $message is "deleted", or "there" if it could not be.
never-send-codes =
    { $message ->
        [deleted] <b>Never send login codes into a chat</b>, not even this one: whoever asks for one wants your account. Sesame does not need it. I deleted your message and kept nothing of it.
       *[there] <b>Never send login codes into a chat</b>, not even this one: whoever asks for one wants your account. Sesame does not need it. Please delete your message; I kept nothing of it.
    }
# The same.
never-send-passwords =
    { $message ->
        [deleted] <b>If that was your password:</b> it belongs in the app only, never in a chat. I deleted your message and kept nothing of it.
       *[there] <b>If that was your password:</b> it belongs in the app only, never in a chat. Please delete your message; I kept nothing of it.
    }

## What it says by itself; of failures, failures.ftl

notice-linked =
    ✅ <b>Your account is linked.</b>
    Settings &gt; Devices now lists it as “{ $device }”. If Telegram asks whether that was you, say yes.
notice-unlinked = Your account is unlinked. Its session is logged out at Telegram and erased.
notice-unlinked-in-app = You unlinked your account in the app. Its session is logged out at Telegram and erased.
notice-session-died =
    { $cause ->
        [revoked] ⚠️ <b>Your account is no longer connected:</b> the session was ended in Settings &gt; Devices. If that was you, all is well; otherwise look there who is signed in. Link it again to go on.
        [banned] ⚠️ <b>Your account is no longer connected:</b> Telegram banned the account. Only Telegram's support can lift that; once it did, link it again.
        [deleted] ⚠️ <b>Your account is no longer connected:</b> the account was deleted at Telegram, and cannot come back. /unlink removes it here.
        [duplicated] ⚠️ <b>Your account is no longer connected:</b> Telegram saw the session in two places at once and ended it. Link it again to go on.
        [expired] ⚠️ <b>Your account is no longer connected:</b> Telegram let the session lapse. Link it again to go on.
        [unreadable] ⚠️ <b>Your account is no longer connected:</b> the stored session can no longer be opened. Link it again to go on.
       *[other] ⚠️ <b>Your account is no longer connected.</b> Link it again to go on.
    }
notice-account-frozen =
    ❄️ <b>Telegram froze your account.</b>
    Open Telegram on your phone to see why and to appeal. The account stays linked, and nothing is done with it until Telegram lifts that; I tell you when it does.
notice-account-thawed = ✅ <b>Your account works again:</b> Telegram no longer keeps it frozen.
notice-expired =
    { $reason ->
        [unused] <b>Your account is unlinked</b>, because it was not used for a long time. Its session is logged out at Telegram and erased. You can link it again at any time.
        [too_old] <b>Your account is unlinked</b>, because sessions are kept for a limited time only, and its time was over. Its session is logged out at Telegram and erased. You can link it again at any time.
        [dead] <b>Your account is unlinked</b>, because it stopped working a while ago and was not linked again. Its session is logged out at Telegram and erased. You can link it again at any time.
       *[other] <b>Your account is unlinked</b>, because it is not kept any longer. Its session is logged out at Telegram and erased. You can link it again at any time.
    }
notice-export-ready =
    { $count ->
        [one] ✅ <b>The copy of your chat is ready:</b> 1 message.
       *[other] ✅ <b>The copy of your chat is ready:</b> { $count } messages.
    }
notice-export-incomplete =
    { $count ->
        [one] ⚠️ <b>The copy of your chat is ready</b>, but for 1 message or file that did not come.
       *[other] ⚠️ <b>The copy of your chat is ready</b>, but for { $count } messages or files that did not come.
    }
export-sent = The copy of your chat that you asked for. Telegram keeps it here until you delete it.
notice-renewal-stopped =
    { $reason ->
        [chat_forbidden] ⚠️ <b>A copy of a chat is not kept up to date any more:</b> your account may not read that chat now. What was saved is still there.
        [chat_unknown] ⚠️ <b>A copy of a chat is not kept up to date any more:</b> Telegram does not show that chat now. What was saved is still there.
        [session_ended] ⚠️ <b>A copy of a chat is not kept up to date any more:</b> the sign-in of your account has ended. What was saved is still there.
        [quota_exceeded] ⚠️ <b>A copy of a chat is not kept up to date any more:</b> your copies take all the room that there is for you. What was saved is still there.
       *[other] ⚠️ <b>A copy of a chat is not kept up to date any more:</b> it did not work several times in a row. What was saved is still there, and the app says why.
    }
notice-channel-not-read =
    { $reason ->
        [no_access] ⚠️ <b>{ $name } is not read any more:</b> your account may not read this channel now. What was read is still there; if you join it again, choose “Try now”.
        [flood] ⚠️ <b>{ $name } was not read for a day:</b> Telegram wants a pause from your account. It is tried again by itself, and nothing is left out.
        [telegram_away] ⚠️ <b>{ $name } was not read for a day:</b> Telegram does not answer. It is tried again by itself, and nothing is left out.
        [refused] ⚠️ <b>{ $name } was not read for a day:</b> Telegram refuses. It is tried again by itself, and the app says since when.
       *[other] ⚠️ <b>{ $name } was not read for a day.</b> It is tried again by itself, and nothing is left out.
    }
notice-operator-signed-in =
    🔑 <b>You signed in to the operators' pages</b> with { $browser }, from { $network }.
    If that was not you, send /admin and end the session under Operators.
notice-sign-in-rejected =
    ⚠️ <b>Someone else opened your link to the operators' pages</b> and said that it is not theirs: { $browser }, from { $network }. The link is void.
notice-confirm =
    ❗ <b>{ $what }?</b>
    Why: { $why }
    Press “Do it” only if the page shows the same signs: <b>{ $signs }</b>
