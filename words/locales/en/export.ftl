### The pages of an export (messages.html), read in a browser without Sesame.

## The page itself

# Someone of whom no name is known.
unknown = Someone
deleted = Deleted account
# A chat of which no name is known.
nameless = Chat without a name
saved-messages = Saved Messages
# $kind is what Telegram Desktop calls the kind of chat.
chat-kind =
    { $kind ->
        [saved_messages] Notes to yourself
        [personal_chat] Private chat
        [bot_chat] Chat with a bot
        [private_group] Group
        [private_supergroup] Group
        [public_supergroup] Public group
        [private_channel] Channel
        [public_channel] Public channel
       *[other] Chat
    }
zone = Times are those of { $zone }
page = Page { $count }
pages = Pages
previous = Previous page
next = Next page
end = End of this copy
empty = There are no messages in this copy.

## What belongs to a message

edited = edited { $when }
deleted-since = deleted since, noticed { $when }
forwarded = Forwarded from { $name }
forwarded-hidden = Forwarded
saved = Saved from { $name }
signed = Signed by { $name }
reply = In reply to this message
# Of a message that was pinned, a game, an invoice.
show-message = Show the message
reply-elsewhere = In reply to a message in another chat
reply-gone = In reply to a message that is not in this copy
reply-story = In reply to a story
via = Via { $name }
views =
    { $count ->
        [one] { $count } view
       *[other] { $count } views
    }
buttons = Buttons below the message
reactions = Reactions
paid-reaction = Paid
spoiler = Hidden: show it
protected = This message may not be copied. Only that it was there is kept.
gone = This message was deleted.
unsupported = This page cannot show this kind of message. messages.jsonl has all that Telegram said of it.
shortened = Telegram gave only a part of this message.

## Kinds of what is attached

photo = Photo
video = Video
video-message = Video message
voice = Voice message
animation = Animation
sticker = Sticker
audio = Music
file = File
location = Location
live-location = Live location
contact = Contact
vcard = Contact card
game = Game
invoice = Invoice
poll = Poll
poll-closed = This poll is closed.
votes =
    { $count ->
        [one] { $count } vote
       *[other] { $count } votes
    }
chosen = Your choice
checklist = Checklist
task-done = Done:
task-open = To do:
giveaway =
    { $count ->
        [0] Giveaway
        [one] Giveaway of { $count } prize
       *[other] Giveaway of { $count } prizes
    }
giveaway-results =
    { $count ->
        [0] The giveaway is over
        [one] The giveaway is over: { $count } winner
       *[other] The giveaway is over: { $count } winners
    }
paid-media =
    { $count ->
        [one] Paid for with { $count } Star
       *[other] Paid for with { $count } Stars
    }
dice = { $emoji } shows { $count }
story = A story was shared here. Stories are not part of this copy.
video-stream = A live stream was shared here.
web-page = Link
embedded = Embedded page
formula = Formula
table = Table

## Why a file is not there

left-out-kind = Files of this kind were not chosen for this copy.
left-out-size = It is larger than was chosen for this copy.
left-out-date = It is from outside the days that were chosen.
left-out-forbidden = It destroys itself or may not be copied, so it is not kept.
left-out-gone = Telegram does not have it any more.
left-out-failed = It did not come from Telegram. Making the copy once more tries again.

## What happened in the chat. $name is who did it.

did-create-group = { $name } created the group “{ $title }”
did-create-channel = { $name } created “{ $title }”
did-edit-group-title = { $name } changed the name to “{ $title }”
did-edit-group-photo = { $name } changed the chat’s photo
did-delete-group-photo = { $name } removed the chat’s photo
did-suggest-profile-photo = { $name } suggested a profile photo
did-invite-members = { $name } added { $people }
did-remove-members = { $name } removed { $people }
did-join = { $name } joined
did-leave = { $name } left
did-join-group-by-link = { $name } joined by a link from { $people }
did-join-group-by-request = { $name } was let in on request
did-join-group-via-community = { $name } joined through a community
did-migrate-to-supergroup = { $name } turned this group into a supergroup
did-migrate-from-group = { $name } turned the group “{ $title }” into this supergroup
did-topic-created = { $name } created the topic “{ $title }”
did-topic-edit = { $name } named the topic “{ $title }”
did-topic-change =
    { $outcome ->
        [closed] { $name } closed the topic
        [reopened] { $name } opened the topic again
        [hidden] { $name } hid the topic
        [shown] { $name } showed the topic again
       *[icon] { $name } changed the topic’s icon
    }
did-change-community =
    { $outcome ->
        [removed] { $name } took this chat out of its community
       *[added] { $name } added this chat to a community
    }
did-pin-message = { $name } pinned a message
did-clear-history = { $name } cleared the history
did-take-screenshot = { $name } took a screenshot
did-joined-telegram = { $name } joined Telegram
did-set-messages-ttl = { $name } set messages to delete themselves after { $lasts }
did-unset-messages-ttl = { $name } set messages not to delete themselves
did-edit-chat-theme = { $name } set the theme { $emoji }
did-change-chat-theme = { $name } changed the theme
did-set-chat-wallpaper = { $name } set a background
did-set-same-chat-wallpaper = { $name } set the same background
did-boost-apply =
    { $count ->
        [one] { $name } boosted the chat
       *[other] { $name } boosted the chat { $count } times
    }
did-no-forwards-toggle =
    { $outcome ->
        [on] { $name } no longer allows copies of messages
       *[off] { $name } allows copies of messages again
    }
did-no-forwards-request =
    { $outcome ->
        [on] { $name } asked not to allow copies of messages
       *[off] { $name } asked to allow copies of messages
    }
did-new-creator-pending = { $people } is to become the owner when { $name } is gone
did-change-creator = { $name } made { $people } the owner

## Bots and payments

did-score-in-game = { $name } scored { $count } in the game
did-send-payment = { $name } paid { $amount }
did-refunded-payment = { $name } paid { $amount } back
did-attach-menu-bot-allowed = { $name } added this bot to the attachment menu
did-web-app-bot-allowed = { $name } allowed this bot to write messages
did-allow-sending-messages = { $name } allowed this bot to write messages by signing in to { $title }
did-send-passport-values =
    { $count ->
        [one] { $name } sent { $count } document of Telegram Passport
       *[other] { $name } sent { $count } documents of Telegram Passport
    }
did-send-webview-data = { $name } sent data to the bot with the button “{ $title }”
did-requested-peer =
    { $count ->
        [one] { $name } shared { $count } chat with the bot
       *[other] { $name } shared { $count } chats with the bot
    }
did-managed-bot-created = { $name } created the bot { $people }

## Calls. $length is how long one lasted, as a clock shows it.

did-phone-call =
    { $outcome ->
        [missed] { $name } called: missed
        [busy] { $name } called: busy
        [disconnect] { $name } called: the connection was lost
        [migrate_conference_all] { $name } called: it went on as a group call
       *[hangup] { $name } called: not answered
    }
did-phone-call-lasted = { $name } called ({ $length })
did-conference-call =
    { $outcome ->
        [missed] { $name } called the group: missed
       *[other] { $name } called the group
    }
did-conference-call-lasted = { $name } called the group ({ $length })
did-group-call = { $name } started a group call
did-group-call-ended = { $name } ended the group call ({ $length })
did-group-call-scheduled = { $name } set a group call for { $when }
did-invite-to-group-call = { $name } invited { $people } to the group call
did-proximity-reached =
    { $count ->
        [one] { $name } is now within { $count } metre of { $people }
       *[other] { $name } is now within { $count } metres of { $people }
    }

## Gifts

did-send-premium-gift =
    { $count ->
        [one] { $name } gave Telegram Premium for { $count } day
       *[other] { $name } gave Telegram Premium for { $count } days
    }
did-send-stars-gift =
    { $count ->
        [one] { $name } gave { $count } Star
       *[other] { $name } gave { $count } Stars
    }
did-send-ton-gift = { $name } gave { $amount }
did-send-star-gift =
    { $count ->
        [0] { $name } sent a gift
        [one] { $name } sent a gift for { $count } Star
       *[other] { $name } sent a gift for { $count } Stars
    }
did-send-unique-gift = { $name } sent the collectible gift “{ $title }”
did-offer-for-gift = { $name } offered to buy the collectible gift “{ $title }”
did-decline-gift-offer = { $name } declined an offer for the collectible gift “{ $title }”
did-gift-code-prize =
    { $count ->
        [0] A gift code for Telegram Premium: { $title }
        [one] A gift code for { $count } day of Telegram Premium: { $title }
       *[other] A gift code for { $count } days of Telegram Premium: { $title }
    }
did-giveaway-launch = { $name } began a giveaway
did-giveaway-results =
    { $count ->
        [0] The giveaway ended without winners
        [one] The giveaway ended with { $count } winner
       *[other] The giveaway ended with { $count } winners
    }
did-stars-prize =
    { $count ->
        [one] A prize of { $count } Star was won
       *[other] A prize of { $count } Stars was won
    }

## Paid messages, checklists, polls, suggested posts

did-paid-messages-refund =
    { $count ->
        [one] { $name } paid back { $count } message
       *[other] { $name } paid back { $count } messages
    }
did-paid-messages-price-change =
    { $count ->
        [0] { $name } made messages free
        [one] { $name } set the price of a message to { $count } Star
       *[other] { $name } set the price of a message to { $count } Stars
    }
did-todo-completions =
    { $count ->
        [one] { $name } marked { $count } task as done
       *[other] { $name } marked { $count } tasks as done
    }
did-todo-incompletions =
    { $count ->
        [one] { $name } marked { $count } task as not done
       *[other] { $name } marked { $count } tasks as not done
    }
did-todo-append-tasks =
    { $count ->
        [one] { $name } added { $count } task to the checklist
       *[other] { $name } added { $count } tasks to the checklist
    }
did-poll-append-answer = { $name } added the answer “{ $title }” to the poll
did-poll-delete-answer = { $name } removed the answer “{ $title }” from the poll
did-process-suggested-post = { $name } accepted the suggested post
did-schedule-suggested-post = { $name } accepted the suggested post, for { $when }
did-reject-suggested-post = { $name } declined the suggested post
did-suggested-post-success = { $name } was paid for the suggested post
did-suggested-post-refund = The payment for the suggested post was returned
did-suggest-birthday = { $name } suggested a birthday: { $when }
did-gram-transfer = { $name } sent Gram
did-wallet-request =
    { $outcome ->
        [accepted] { $name } was asked to connect a wallet, and did
        [declined] { $name } was asked to connect a wallet, and declined
       *[open] { $name } was asked to connect a wallet
    }
# $title is what Telegram's schema calls it.
did-other = { $name } did something that this page has no words for ({ $title })
