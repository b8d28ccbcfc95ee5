### How a channel that is read for a person stands, in a sentence. $reason is why it is
### not read: the code of that, as the API has it.

state-beginning = It is about to be read.
state-reading = Its posts are being read, the newest first.
state-up-to-date = All of its posts are here, and new ones come by themselves.
state-waiting =
    { $reason ->
        [no_access] Telegram says that your account may not read this channel. It is tried again, to be sure.
        [flood] Telegram wants a pause from your account. It is tried again by itself, and nothing is left out.
        [telegram_away] Telegram does not answer. It is tried again by itself, and nothing is left out.
        [session_elsewhere] Another part of the service uses your account. It is tried again by itself.
        [unavailable] The service cannot do its part at the moment. It is tried again by itself, and nothing is left out.
        [refused] Telegram refuses. It is tried again by itself.
       *[other] It could not be read. It is tried again by itself.
    }
state-lost =
    { $reason ->
        [no_access] Your account may not read this channel any more: it left or was removed, or the channel is private now. What was read is still here. If you join it again, choose “Try now”.
        [account_frozen] Telegram froze your account. Its channels are read again once Telegram lifts that.
        [session_ended] The sign-in of your account has ended. Link it again, and its channels are read on.
       *[other] This channel is not read any more. What was read is still here.
    }
