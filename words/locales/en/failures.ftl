### Why linking failed: for each code of `Failure` (domain/src/login/failure.rs)
### - the message itself: for a developer, in the API's answer;
### - chat: what the bot says, with Telegram's HTML; $wait: how long it takes
###   until trying again makes sense, for those that pass;
### - title, lead, button: the page of the Mini App and what can be done there;
###   $device is the name of the device that was to be linked;
### - more: a second paragraph, where there is one;
### - over: once the wait is over, for those that pass;
### - chat-later, lead-later: what is said instead while it is known until when it
###   lasts, for those of which that is not always known.

wrong_account = Another account signed in. It was logged out again.
    .chat =
        <b>That was another account.</b>
        Only the account that you chat with here can be linked. The other one was logged out again and nothing of it was stored. Try again with this account.
    .title = That was another account
    .lead = Only the account that opened this chat can be linked. The other one was signed out again at once, and nothing of it was stored.
    .more = In Telegram on your phone, switch to this account first, then try again.
    .button = Try with my account

flood = Telegram asks for a pause.
    .chat =
        <b>Telegram wants a pause.</b>
        You can try again in { $wait }.
    .title = Telegram asks for a pause
    .lead = There were many sign-ins in a short time. You can go on in
    .over = The pause is over.
    .button = Try again

login_budget = The account has had its sign-ins for today.
    .chat =
        <b>Enough tries for now.</b>
        Telegram blocks whoever signs in too often, so Sesame stops before that. You can try again in { $wait }.
    .title = Enough for today
    .lead = Telegram allows an account only a few sign-ins a day. To keep yours out of trouble, the next one is possible in
    .over = You can sign in again.
    .button = Try again

frozen = Telegram froze the account.
    .chat = <b>Telegram froze this account</b>, so it cannot be linked. Telegram's own app says why and how to appeal.
    .title = Your account is frozen
    .lead = Telegram froze it, so it cannot be linked now. Open Telegram on your phone to see why and to appeal; then come back.
    .button = Got it

banned = Telegram banned the account.
    .chat = <b>Telegram does not let this account sign in</b>: it is banned or deleted.
    .title = Telegram closed this account
    .lead = A banned or deleted account cannot be linked. Telegram's support can tell you more.
    .button = Got it

deleted = The account was deleted at Telegram.
    .chat = <b>This account was deleted at Telegram</b>, so it cannot be linked.
    .title = This account was deleted
    .lead = It no longer exists at Telegram, so it cannot be linked. If you have another one, open this chat with that.
    .button = Got it

telegram_unavailable = Telegram could not be reached.
    .chat = <b>Telegram did not answer</b>, so your account is not linked. Please try again in a few minutes.
    .chat-later =
        <b>Telegram did not answer</b>, so your account is not linked. That is not your fault. It is asked again in { $wait }; please try then.
    .title = Telegram did not answer
    .lead = We tried several times. It is not your fault, and nothing was stored. Try again in a minute.
    .lead-later = The data centre that we need is out of reach. It is not your fault, and nothing was stored. It is asked again in
    .over = You can try again.
    .button = Try again

password_attempts = The password was wrong too often.
    .chat =
        <b>The password was wrong too often.</b>
        Nothing was stored. You can begin again with a new code.
    .title = Too many wrong passwords
    .lead = To protect your account this sign-in was ended. If you forgot the password, you can reset it in Telegram under Settings &gt; Privacy and Security.
    .button = Start again

number_attempts = No number that was given led on.
    .chat =
        <b>None of the numbers led on.</b>
        Nothing was stored. You can begin again.
    .title = Too many numbers
    .lead = To keep Telegram from locking anyone out, this sign-in was ended. Nothing was stored.
    .button = Start again

number_flood = Telegram sends no more codes to the number for now.
    .chat =
        <b>Telegram sends no more codes to this number for now.</b>
        Many were asked for. You can try again in { $wait }, or scan the code with another screen.
    .title = No more codes for now
    .lead = Many codes were asked for this number, so Telegram sends no more. With another screen you can link at once; by number you can try again in
    .over = Telegram sends codes again.
    .button = Start again

code_attempts = The code was wrong too often.
    .chat =
        <b>The code was wrong too often.</b>
        Nothing was stored. You can begin again with a new code.
    .title = Too many wrong codes
    .lead = To protect your account this sign-in was ended. Nothing was stored.
    .button = Start again

code_unavailable = Telegram does not send a code to this number here.
    .chat =
        <b>Telegram does not send a code to this number here.</b>
        Nothing was stored. With a second screen it works: scan the code that the app shows.
    .title = No code for this number
    .lead = Telegram does not send a code to this number here. It is not your fault, and nothing was stored. With a second screen it works: scan the code.
    .button = Start again

email_required = Telegram wants the account to have an e-mail address first.
    .chat =
        <b>Telegram first wants an e-mail address for your account.</b>
        Add one in Telegram under Settings &gt; Privacy and Security, then begin again; or scan the code with another screen.
    .title = Telegram wants an e-mail address
    .lead = Your account needs one before it can sign in by number. Add it in Telegram under Settings &gt; Privacy and Security, or scan the code with another screen.
    .button = Start again

password_flood = Telegram takes no more sign-ins or passwords of the account for now.
    .chat =
        <b>Telegram takes no more sign-ins of this account for now.</b>
        There were too many. You can try again in { $wait }.
    .title = Too many tries at Telegram
    .lead = Telegram takes no more sign-ins or passwords of this account for now. Nothing was stored. You can go on in
    .over = You can sign in again.
    .button = Try again

password_removed = The cloud password was removed while it was asked for.
    .chat =
        <b>Your cloud password was removed meanwhile.</b>
        This sign-in had waited for it and cannot go on. Begin again with a new code: Telegram will not ask for a password.
    .title = Your password was removed
    .lead = This sign-in had waited for your cloud password, and Telegram does not let it go on without. Start again: you will not be asked for a password.
    .button = Start again

revoked = The sign-in was ended from another device.
    .chat =
        <b>The sign-in was ended from your other device.</b>
        If Telegram asked “Was it you?”, say yes next time.
    .title = Ended from your phone
    .lead = The new device was refused in Telegram. If that was you, all is well. If you want to link after all, start again and confirm “{ $device }”.
    .button = Start again

app_refused = Telegram does not take this application.
    .chat =
        <b>Telegram does not let this app sign anyone in at the moment.</b>
        That is for whoever runs it to mend, not for you. Nothing was stored. Please try again later.
    .title = Linking is out of order
    .lead = Telegram does not let this app sign anyone in at the moment. That is for whoever runs it to mend, not for you. Nothing was stored; please come back later.
    .button = Got it

internal = Something went wrong on our side.
    .chat =
        <b>Linking failed, and it is our fault.</b>
        Nothing was stored. Please try again.
    .title = Something went wrong
    .lead = It is our fault, and it is in our log. Nothing was stored; please try again.
    .button = Try again
