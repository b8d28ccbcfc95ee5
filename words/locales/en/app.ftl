### The Mini App, and the page that shows the code on another screen. Messages
### with markup take HTML without attributes (strong …).

## Around the pages

shell-title = Your account
back = Back
loading = Loading
reconnecting = Reconnecting…
too-often = A lot at once. This goes on by itself in a moment.
undone = That could not be done just now. What you see here is how it stands. Please try again later.
without-script = Please turn on JavaScript to link an account.

## When the page must be opened anew

reopen-missing-title = Open me from the bot
reopen-missing = This page works inside Telegram. Go to the chat with the bot and press its button.
reopen-stale-title = Open me again from the bot
reopen-stale = This page has been open for a while. To keep your account safe, it must be opened anew. A code that was on show goes on waiting for you.
reopen-unsigned-title = Update your Telegram app
reopen-unsigned = This version of it does not prove to us that it is you. Install the newest one, then go to the chat with the bot and press its button.
reopen-erased-title = Everything about you was erased
reopen-erased = This page no longer knows you. To start anew, go to the chat with the bot and press its button.
reopen-refused-title = This did not come from the bot
reopen-refused = Telegram's signature on this page does not fit. Go to the chat with the bot and press its button.
reopen-button = Go to the bot

trouble-title = Something went wrong
trouble = It is on our side. Nothing is lost; try again in a moment.
trouble-button = Try again

## What whoever runs the bot says

purpose-title = What your account is used for
operator-title = Who runs this bot
operator-policy = Privacy policy

## The first view

home-empty-title = No account linked
home-running-title = Almost there
home-empty = Link the Telegram account that you are using now, and the bot can work with it. It takes a minute, and you can undo it at any time.
home-title = Your account
home-linked = Your account
home-ended = The sign-in of this account has ended. Link it again to go on.
home-closed = Telegram closed this account, and only Telegram can open it again. Tap it to see more.
# After how it is: "Working · checked 4 minutes ago".
home-checked = checked { $since }
home-used = Last used { $since }
home-unused = Not used yet
home-next = All is set: go on in the chat. Here you see how your account is, what was done with it, and can unlink it.
home-chat-button = Back to the chat
home-device = Shown in Telegram as “{ $device }”, under Settings &gt; Devices.
home-progress = In progress
home-running = Linking your account
home-go-on = Tap to go on
home-activity = Activity
home-data = Your data
home-link-button = Link your account
link-again-button = Link again

## How an account is

health-works = Working
health-unseen = Linked, not checked yet
health-frozen = Frozen by Telegram
health-stopped =
    { $cause ->
        [revoked] Signed out
        [banned] Banned by Telegram
        [deleted] Account deleted
        [duplicated] Sign-in lost
        [expired] Signed out
        [unreadable] Sign-in lost
       *[other] Sign-in lost
    }

## An account

# Beside the name, with a dot between.
account-username = @{ $username }
account-frozen = Telegram froze this account { $since }. Open Telegram to see why and to appeal. Until then nothing is done with it.
account-stopped =
    { $cause ->
        [revoked] This device was ended in Telegram { $since }. If it was not you, check Settings &gt; Devices.
        [banned] Telegram banned this account. Write to Telegram's support to have it back.
        [deleted] This account no longer exists at Telegram.
        [duplicated] Telegram ended this sign-in because it was used in two places. Link the account again.
        [expired] Telegram let this sign-in lapse { $since }. Link the account again.
        [unreadable] The stored sign-in cannot be opened any more. Link the account again.
       *[other] The sign-in has ended. Link the account again.
    }
account-device = Device
account-device-note = This is how it appears in Telegram under Settings &gt; Devices.
account-details = Details
account-linked = Linked
account-checked = Last checked
account-used = Last used
account-unused = not yet
account-check-button = Check now
account-check-works = Checked just now: it works.
account-check-frozen = Checked just now: Telegram still keeps it frozen.
account-check-failed = Telegram did not answer just now, so nothing is known anew. It is checked again by itself.
account-kept-unused = It is unlinked by itself when it was not used for { $unused }.
account-kept-age = It is unlinked by itself { $age } after it was linked.
account-kept-unused-or-age = It is unlinked by itself when it was not used for { $unused }, or { $age } after it was linked.
account-kept-dead = If it is not linked again, it is removed from here { $period } after it stopped working.
account-activity = What was done with it
account-all-activity = All activity
account-unlink-button = Unlink account
unlink-title = Unlink { $name }?
unlink-note = The bot can no longer work with this account. The device is signed out at Telegram, and what was stored is erased.
unlink-keep-button = Keep it
unlink-button = Unlink
unlinked-title = Your account is unlinked
unlinked = The bot can no longer work with it. The device is being signed out at Telegram, and what was stored is erased. The chat says so, too.

## Chats

account-chats = Chats
chats-title = Chats
chats-search = Search by name
chats-kinds = Which chats
chats-all = All
chats-kind-filter =
    { $kind ->
        [user] People
        [group] Groups
        [channel] Channels
       *[bot] Bots
    }
chats-kind =
    { $kind ->
        [user] Person
        [bot] Bot
        [saved_messages] Your notes to yourself
        [group] Group
        [supergroup] Group
       *[channel] Channel
    }
chats-kind-archived =
    { $kind ->
        [user] Person, archived
        [bot] Bot, archived
        [saved_messages] Your notes to yourself, archived
        [group] Group, archived
        [supergroup] Group, archived
       *[channel] Channel, archived
    }
chats-saved = Saved Messages
chats-nameless = Deleted account
chats-pinned = Pinned
chats-unread =
    { $count ->
        [one] 1 unread message
       *[other] { $count } unread messages
    }
chats-marked = Marked as unread
chats-kept = Read from Telegram as you look. Nothing of it is stored.
chats-more-button = Show more
# Said by screen readers.
chats-more =
    { $count ->
        [one] One chat was added
       *[other] { $count } chats were added
    }
chats-looked =
    { $count ->
        [one] One chat was looked at so far
       *[other] { $count } chats were looked at so far
    }
chats-looked-of = { $count } of { $total } chats were looked at so far
chats-looked-all =
    { $count ->
        [one] Your one chat was looked at
       *[other] All your { $count } chats were looked at
    }
chats-no-more =
    { $count ->
        [one] This is your only chat
       *[other] These are all your { $count } chats
    }
chats-none =
    { $kind ->
        [user] No chats with people
        [group] No groups
        [channel] No channels
        [bot] No chats with bots
       *[other] No chats yet
    }
chats-none-note = Once you write to someone in Telegram, or someone writes to you, the chat is here.
chats-none-of-kind-note = You have chats of other kinds only: choose “All” to see them.
chats-not-found = Nothing found for “{ $name }”
chats-not-found-note = Names of chats are searched, and no messages. Try a part of the name.
chats-unreached = This did not come through just now.
chats-account-button = See how your account is
# The clock runs down, as in 0:59.
chats-again-in = It can be tried again in { $time }
chats-trouble =
    { $reason ->
        [session_ended] The sign-in of this account has ended, so its chats cannot be read.
        [account_frozen] Telegram froze this account, so its chats cannot be read.
        [telegram_flood] Telegram asks to wait: its list was read often in a short time.
        [telegram_down] A part of Telegram does not answer at the moment.
        [telegram_silent] Telegram did not answer.
        [session_elsewhere] Your account is being used elsewhere in this service at the moment.
       *[telegram_refused] Telegram did not give the list.
    }

## Saving a copy of a chat

account-copies = Saved copies
chats-kept-save = Read from Telegram as you look. Nothing of it is stored. Tap a chat to save a copy of it.
chats-copies = Saved copies
# Until its name is known, and where it cannot be asked for.
copy-chat =
    { $kind ->
        [user] Private chat
        [group] Group
       *[channel] Group or channel
    }
copy-chat-protected = Copying is not allowed in this chat. Its copy only has who wrote when, and nothing of what they wrote.

save-title = Save a copy
save-media = Messages, and these files
save-media-kind =
    { $kind ->
        [photos] Photos
        [videos] Videos
        [round_videos] Round videos
        [voice] Voice messages
        [music] Music
        [animations] Animations
        [stickers] Stickers
       *[files] Files
    }
save-not-kept = Not saved: media that deletes itself once it was seen, and what may not be copied. The copy shows where it was.
save-largest = Largest file
save-largest-up-to = { $size }
save-largest-any = Any
save-dates = From when
save-dates-span =
    { $kind ->
        [all] All
        [month] Month
        [year] Year
       *[days] Days
    }
save-dates-note =
    { $kind ->
        [all] Everything since the chat began.
        [month] What was written in the last month.
        [year] What was written in the last year.
       *[days] Either day can be left out.
    }
save-from = First day
save-until = Last day
save-dates-wrong = The last day comes before the first one.
save-mine = Only my messages
save-estimate-counting = Counting what there is…
save-estimate-uncounted = How much it is cannot be counted now. You can save it all the same.
save-estimate-exact = That is how much there is now.
save-estimate-rough = An estimate: what is older is taken to be like the latest.
save-estimate-stickers = Stickers are not counted.
save-estimate-exceeds = That is more than the { $size } that are left for your copies. Leave out large files, or remove another copy first.
save-takeout = Ask Telegram for an export
save-takeout-note = Telegram is less strict about how much is read in one. It tells your other devices, and may ask there first whether to allow it.
save-room = The copy is kept here, sealed, for { $period } after it was made. Your copies take { $size } of { $room }.
save-full = Your copies take all the room that there is for you, { $room }. Remove one to save another.
save-full-button = See your copies
save-button = Save a copy

copy-wait =
    { $kind ->
        [queued] Waits for its turn
        [running] Is being saved
        [cancelling] Is being cancelled
        [asks] Telegram asks first
       *[parked] Takes a break
    }
copy-parked =
    { $reason ->
        [flood] Telegram asks to wait: much was read in a short time.
        [telegram] Telegram does not answer at the moment.
        [takeout_delay] Telegram asks on your other devices whether to allow this export. Allow it there, and try now.
        [session_elsewhere] Your account is at work elsewhere on this server.
        [storage_full] There is no room on this server at the moment.
        [storage_failing] The place where copies are kept does not answer at the moment.
        [storage_gone] The place where copies are kept is not there at the moment.
        [storage_denied] The place where copies are kept does not let us in at the moment.
       *[unavailable] Telegram, or something else that it takes, did not answer.
    }
# The clock runs down, as in 0:59.
copy-goes-on = It goes on by itself in { $time }, where it stopped.
# Telegram lets an export begin after a while, if no one refused it.
copy-begins = Otherwise it begins by itself in { $time }.
copy-progress = How far it is
copy-messages =
    { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }
copy-messages-of = { $count } of { $total } messages
copy-files =
    { $count ->
        [one] { $count } file
       *[other] { $count } files
    }
copy-files-of = { $count } of { $total } files
copy-size = { $size }
copy-rate-messages =
    { $count ->
        [one] { $count } message a second
       *[other] { $count } messages a second
    }
copy-rate-size = { $size } a second
copy-left = { $left } left
copy-in-background = You can close this page: it goes on here, and the chat with the bot says when it is ready.
copy-cancel-button = Cancel
copy-ready = Ready to download
copy-incomplete =
    { $count ->
        [one] One message or file did not come.
       *[other] { $count } messages and files did not come.
    }
copy-incomplete-note = The copy says which, and why.
copy-cancelled = It was cancelled. What was read until then is kept, and it can go on from there.
copy-unfinished = It was not finished. What was read until then is kept, and it can go on from there.
copy-not-updated = It was not brought up to date.
copy-failed =
    { $reason ->
        [chat_forbidden] Your account may not read this chat any more.
        [chat_unknown] Telegram does not show this chat any more. Look for it under “Chats”.
        [account_frozen] Telegram froze your account, so the chat cannot be read. Once it works again, this can go on.
        [session_ended] The sign-in of your account has ended. Link it again, and this can go on.
        [account_gone] Your account was unlinked.
        [quota_exceeded] Your copies take all the room that there is for you. Remove another one, and this can go on.
        [export_damaged] What was kept of this copy is damaged. Remove it, and save it anew.
        [telegram_refused] Telegram did not give the messages.
        [takeout_over] Telegram ended the export: another one was begun, or it took too long. What was read is kept. Shall Telegram be asked for another one?
        [takeout_required] Telegram gives this in an export only. Shall it be asked for one?
        [storage_full] There was no room on this server.
        [storage_gone] The place where copies are kept was not there.
        [storage_denied] The place where copies are kept did not let us in.
        [storage_failing] The place where copies are kept did not answer.
       *[failed] Something went wrong on our side. What was read until then is kept.
    }
copy-made = Made
copy-file-count = Files
copy-message-count = Messages
copy-missing = Did not come
copy-download-size = Size
copy-kept-until = Kept until
copy-chosen = What was chosen
copy-chosen-all = Everything
copy-chosen-no-files = No files
copy-chosen-largest = Files up to { $size }
copy-chosen-from = From { $since }
copy-chosen-until = Until { $until }
copy-chosen-mine = Only your messages
copy-download-button = Download
copy-update-button = Bring up to date
copy-retry-button = Try the missing ones again
copy-go-on-button = Go on
copy-takeout-try-button = I allowed it: try now
copy-takeout-without-button = Go on without it
copy-takeout-again-button = Ask Telegram again
copy-other-button = Choose something else
copy-remove-button = Remove this copy
keep-title = Keep this copy up to date
keep-every =
    { $kind ->
        [never] Never
        [daily] Daily
       *[weekly] Weekly
    }
keep-next = Next run
keep-last = Last run
keep-last-failed = Last run, which did not work
keep-note = What is new, edited or deleted since comes by itself. The copy is kept for { $period } after its last run, and for the next one.
keep-never-note = Now it only changes when you bring it up to date yourself.
keep-in-background = It is brought up to date by itself. You can close this page.
keep-stopped = It is not kept up to date any more.
keep-again = To go on, choose again how often.
copy-differs = There is a copy of this chat already, for which something else was chosen. Remove it first, then choose anew.
copy-handed = Telegram downloads it now.
copy-opened = Its download has begun. The link works once, and is good for 15 minutes.
copy-open-button = Nothing came? Download it in the browser
copy-not-ready = Nothing can be downloaded yet: it has to be finished first.
copy-out-of-reach = The place where copies are kept does not answer at the moment. Nothing is lost; try again in a while.
copy-send-button = Send it to your chat with the bot
copy-sent = It is in your chat with the bot.
copy-chat-closed = The bot may not write to you. Open your chat with it, press Start, and try again.
copy-send-busy = Telegram did not take it now. Try again in a moment.
send-title = Send it to your chat?
send-note = The bot sends you the archive, { $size }. Telegram then keeps it in that chat, not sealed, until you delete it there.
send-button = Send it
send-not-button = Do not send it
remove-title = Remove this copy?
remove-note = It is erased here and cannot be brought back. What you downloaded stays with you.
remove-other-title = Choose something else?
remove-other-note = There is one copy of a chat. To choose anew, this one is removed first. What you downloaded stays with you.
remove-keep-button = Keep it
remove-button = Remove

copies-title = Saved copies
copies-none = No copies yet
copies-none-note = Choose a chat under “Chats” to save a copy of it.
copies-none-unlinked = Once an account is linked, copies of its chats can be saved here.
copies-chats-button = See your chats
copies-room = They take { $size } of { $room } together. Each is removed by itself { $period } after it was made.
copies-older-button = Show older ones
copies-entry-ready =
    { $count ->
        [one] { $count } message, { $size }
       *[other] { $count } messages, { $size }
    }
copies-entry-incomplete =
    { $count ->
        [one] { $size }, one missing
       *[other] { $size }, { $count } missing
    }
copies-entry-failed = Stopped: see why
copies-entry-cancelled = Cancelled
copies-entry-unfinished = Not finished
copies-remove-button = Remove

fetch-used-title = This link was already used
fetch-used = Each link works once. Go back to your copies and press “Download” again.
fetch-unknown-title = This link no longer works
fetch-unknown = Links are good for 15 minutes, and as long as the copy is there. Go back to your copies and press “Download” again.
fetch-trouble-title = Not to be had at the moment
fetch-trouble = The copy cannot be opened just now. Go back to your copies and try again in a while.

## Before linking

link-title = Link your account
link-lead = You scan a code with your phone, and Telegram adds a new device to your account.
link-again-title = Link your account again
link-replaces = Your account is linked and works. Linking it again replaces the sign-in that is there: its device is signed out at Telegram.
link-device = The device Telegram will show
link-device-note = If Telegram asks “Was this you?”, look for exactly this name.
link-know = Good to know
link-stored-title = What is stored
link-stored = Only the sign-in of this device. Never your password, and no codes.
link-erased-unused = It is erased when it was not used for { $unused }.
link-erased-age = It is erased after { $age }.
link-sealed-title = How it is sealed
link-sealed = Encrypted with a key of its own. Every time it is opened, that is written down, and you can see it.
link-undo-title = How to undo it
link-undo = Unlink here, or end the device in Telegram under Settings &gt; Devices.
link-button = Show the code
link-phone-button = Use the phone number
link-how-button = Continue

## Where the code can be seen: a phone cannot scan its own screen

how-title = Where is your other screen?
how-lead = This phone scans a code, and it cannot scan itself.
how-computer = Computer or tablet
how-computer-note = You get a link that shows the code there.
how-phone = Another phone
how-phone-note = The code is shown here. Scan it with the phone that has your account.
how-only = Only this phone
how-only-note = You get a code from Telegram and type it here.
how-off = With only this phone it does not work here: a second screen is needed.

## The link for the other screen

other-title = Open the code elsewhere
other-step-link = Open the chat with this bot on the other screen, and the link that is sent there
other-step-scan = There, the code appears. Scan it with this phone: in Telegram, <strong>Settings</strong> &gt; <strong>Devices</strong> &gt; <strong>Link Desktop Device</strong>
other-step-wait = Come back here; this page goes on by itself
other-send-button = Send the link to the chat
other-sent = Sent. Open the chat with this bot on the other screen, and press the button there.
other-closed = The bot may not write to you: start the chat with it first, or take the link as it is.
other-link-button = Take the link
other-here-button = Show the code here

## The phone number

number-title = Your phone number
number-lead = Telegram sends a code to the account with this number.
number-share-button = Use my number from Telegram
number-or = Or type it
number-label = Phone number
# A number of a country where the language is spoken.
number-placeholder = +1 212 555 2368
number-empty = Type your number first.
number-unsent = This was not sent. It is still here: press the button to send it again.
number-malformed = This is not a whole number yet. Begin with the country's code, such as +1 or +49.
number-not-shared = Telegram did not share your number. You can type it.
number-sending = Asking Telegram for a code…
number-rejected =
    { $reason ->
        [number_invalid] Telegram does not know this number. Look at the digits again.
        [number_banned] Telegram banned this number, so no one can sign in with it.
        [number_unoccupied] There is no Telegram account with this number.
       *[unheard] Telegram's answer got lost. Please send your number once more.
    }
number-note = It is used for this sign-in only, and not kept.
number-button = Send the code

## The code that came to the phone

login-code-title = Enter the code
# $way is how it was sent; $ends are the last digits of the number.
login-code-lead =
    { $way ->
        [app] It is in Telegram: open the chat “Telegram” on this phone or another device of yours.
        [sms] Telegram sent a text message to your number that ends in { $ends }.
        [sms_word] Telegram sent a text message with a word to your number that ends in { $ends }.
        [sms_phrase] Telegram sent a text message with a few words to your number that ends in { $ends }.
        [call] Telegram calls your number that ends in { $ends } and says the code.
        [flash_call] Telegram calls your number that ends in { $ends }. Do not take the call: the number that calls is the code.
        [missed_call] Telegram calls your number that ends in { $ends }. Do not take the call: the last digits of the number that calls are the code.
        [email] Telegram sent an e-mail to the address of your account.
        [fragment] Telegram sent it to your number that ends in { $ends }, on fragment.com.
       *[other] Telegram sent it to your number that ends in { $ends }.
    }
login-code-email = To { $detail }
login-code-calls = The number that calls begins with { $detail }
login-code-begins = It begins with { $detail }
login-code-page = Open fragment.com
login-code-label = Code
login-code-checking = Checking with Telegram…
login-code-rejected =
    { $attempts ->
        [one] This code is not right. One attempt is left.
       *[other] This code is not right. { $attempts } attempts are left.
    }
login-code-expired = This code is no longer good. Have another one sent.
login-code-unheard = Telegram's answer got lost. Please send the code once more.
login-code-no-other = Telegram has no other way to send it. The code that was sent still counts.
login-code-empty = Type the code first.
login-code-unsent = This was not sent. It is still here: press Continue to send it again.
login-code-warning = Type it only here. Never send it into a chat, not even into the one with this bot: Telegram makes it void then.
# $time runs down, as in 0:59.
login-code-again-in =
    { $way ->
        [sms] Nothing came? It can be sent as a text message in { $time }
        [call] Nothing came? Telegram can call you in { $time }
       *[other] Nothing came? It can be sent in another way in { $time }
    }
login-code-again-button =
    { $way ->
        [sms] Send it as a text message
        [call] Have it said in a call
        [missed_call] Have it sent by a missed call
        [fragment] Send it to fragment.com
       *[other] Send another code
    }
login-code-number-button = Another number
login-code-button = Continue

## The code

code-title = Scan with your phone
code-label = The code to scan with your phone
# $time runs down, as in 4:59.
code-left = { $time } left
code-first = Getting a code…
code-fresh = Getting a fresh code…
code-unreachable = Telegram does not answer. Trying again…
# $time runs down, as in 0:59.
code-silent = Telegram's data centre { $dc } does not answer. Trying again in { $time }
code-step-phone = Open Telegram on the phone with <strong>your</strong> account
code-step-settings = Go to <strong>Settings</strong> &gt; <strong>Devices</strong> &gt; <strong>Link Desktop Device</strong>
code-step-scan = Point the phone at this code
cancel-button = Cancel

screen-button = Show on another screen
screen-title = Show on another screen
screen-note = Open this link on the other screen within { $time }. It works once and shows nothing but the code.
screen-share-button = Send
screen-open-button = Open here
done-button = Done
copy-button = Copy
copied = Copied

## After the scan

scanned-title = Scanned
scanned = Your phone said yes. Asking Telegram…
moving = Your account lives in another of Telegram's data centres. Moving there…
signed-in-title = Signed in
verifying = Making sure that it is your account…
linking = Sealing the sign-in…

## The cloud password

password-title = Your cloud password
password-lead = Your account has two-step verification. The password goes straight to Telegram's check and is never stored.
password-label = Cloud password
password-placeholder = Password
password-show = Show the password
password-checking = Checking with Telegram…
password-rejected =
    { $attempts ->
        [one] This password is not right. One attempt is left.
       *[other] This password is not right. { $attempts } attempts are left.
    }
password-attempts = You have { $attempts } attempts.
password-unsent = This was not sent. It is still here: press Continue to send it again.
password-empty = Type your password first.
password-hint = Hint: <strong>{ $hint }</strong>
password-no-hint = No hint was set.
# $time runs down, as in 4:59.
password-note = This is the password you once chose in Telegram, not a code. { $time } left.
password-button = Continue

## The end of linking; of failures, failures.ftl

linked-title = Your account is linked
linked-lead = The bot can work with it now. You may get a message from Telegram about a new device: that is this one.
linked-device = Device

expired-title = Time is up
expired = The sign-in was not finished in time. Nothing was stored.
expired-button = Get a new code
cancelled-title = Cancelled
cancelled = Nothing was stored. You can start again whenever you like.
cancelled-button = Start again
superseded-title = Continued elsewhere
superseded = You started again in another window, so this code no longer counts.
superseded-button = See where it stands
failed-later-button = Back to the start
ended-other-way-button = Link in another way

## What is kept

data-title = Your data
data-lead = What is kept about you, and for how long.
data-kept = What is kept
data-account = Your linked account
data-account-note = Its name and username, and its sign-in, sealed.
data-account-kept = Until you unlink it
data-account-kept-unused = Until you unlink it, or it was not used for { $unused }
data-account-kept-age = Until you unlink it, but { $age } at most
data-account-kept-unused-age = Until you unlink it, or it was not used for { $unused }, but { $age } at most
data-account-dead = If it stops working, it is shown for { $period }, so that you can link it again.
data-logins = Attempts to link
data-logins-note = When you began, and how it ended. How often you began within a day is counted, so that Telegram does not lock you out.
data-logins-kept = For { $period } after they end
data-you = You
data-you-note = Your Telegram id, your language, and when you were here.
data-you-kept = Until you erase everything
data-activity = Activity
data-activity-note = What was done with your account: the proof, for you and for whoever runs the bot.
data-activity-kept = For { $period }
data-activity-kept-for-ever = For as long as this service runs
data-copies = Copies of chats
data-copies-note = Those that you save yourself, sealed. What a chat is called is asked of Telegram when you look.
data-copies-kept = For { $period } after each was made, or until you remove it
data-see-copies = See your copies
data-backups = Backups
data-backups-note = Sealed copies, in case a machine is lost.
data-backups-kept = For { $period }
data-never = Never kept: your phone number, passwords, codes, and what you write to the bot.
data-see-activity = See your activity
data-erase-button = Erase everything about me

## Erasing everything

erase-title = Erase everything about you
erase-lead = You get a receipt. It cannot be undone, but you can start anew at any time.
erase-goes = What goes
erase-account = Your linked account
erase-account-note = It is signed out at Telegram. The key of its sign-in is destroyed, so that no copy opens any more.
erase-logins = Attempts to link
erase-logins-note = Those that are over, and one that is under way.
erase-person = What is remembered of you
erase-person-note = Your language, when you were here, and messages that wait for you.
erase-stays = What stays
erase-record = The record of what was done
erase-record-until = With your Telegram id, but no name and no messages. It proves what happened to your session, and that it was erased. It is gone { $period } from now.
erase-record-for-ever = With your Telegram id, but no name and no messages. It proves what happened to your session, and that it was erased. It is kept for as long as this service runs.
erase-attempts = How often you began to link today
erase-attempts-note = With your Telegram id, for a day. It keeps Telegram from locking you out for signing in too often.
erase-backups = Sealed copies in backups
erase-backups-note = They no longer come back, and are gone { $period } from now.
erase-chat = The chat with the bot is yours: you can delete it in Telegram.
erase-button = Erase everything
erase-sure-title = Erase everything now?
erase-sure = This cannot be undone.
erase-sure-account = Your account is unlinked at once. This cannot be undone.
erase-not-now-button = Not now
erase-now-button = Erase
erasing-title = Erasing…
erasing = Keep this page open for a moment: your receipt comes next.

## The receipt

erased-title = Erased
erased = This page no longer knows you.
erased-account = Your session is being signed out at Telegram, which takes a moment. This page no longer knows you.
receipt-title = Receipt
receipt-when = When
receipt-account = Your account
receipt-account-unlinked = unlinked
receipt-account-none = was not linked
receipt-logins = Attempts to link erased
receipt-record = Record kept
receipt-record-until = until { $until }
receipt-record-for-ever = while this service runs
receipt-backups = Sealed copies gone
receipt-backups-until = by { $until }
receipt-number = Number
receipt-note = Keep it if you may want to ask about this one day. The record has the same number.
receipt-save-button = Save
receipt-close-button = Close

# As a file; each is a line of it. $utc is a moment as 2026-11-28T10:55:00Z.
receipt-file-title = Sesame: everything about me was erased
receipt-file-number = Number: { $receipt }
receipt-file-when = When: { $utc }
receipt-file-place = At: { $tenant }, { $place }
receipt-file-account = Your account: unlinked
receipt-file-no-account = Your account: was not linked
receipt-file-logins = Attempts to link erased: { $count }
receipt-file-record-until = Record of what was done kept: until { $utc }
receipt-file-record-for-ever = Record of what was done kept: while the service runs
receipt-file-backups = Sealed copies in backups gone by: { $utc }

## The page on another screen

other-screen-title = Scan the code
other-screen-used-title = This link was already used
other-screen-used = Each link works once. On your phone, choose “Show on another screen” again to get a new one.
other-screen-unknown-title = This link no longer works
other-screen-unknown = Links are good for five minutes. On your phone, choose “Show on another screen” again to get a new one.
other-screen-over-title = This code is no longer shown
other-screen-over = On your phone, choose “Show on another screen” again to get a new link.
other-screen-without-script = Please turn on JavaScript to see the code.
other-screen-scanned-title = Continue on your phone
other-screen-scanned = The code was scanned. This screen has done its part.
other-screen-linked-title = Done
other-screen-linked = You can close this page.
other-screen-ended-title = This code is no longer shown
other-screen-ended = See on your phone how it goes on.
