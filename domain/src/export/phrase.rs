//! What is said on the pages of an export.

use chrono::{NaiveDate, NaiveDateTime};

/// Says what stands on the pages of an export, in a language.
pub trait ExportWords: Send + Sync {
    /// A phrase in that language, as plain text.
    fn say(&self, phrase: &Phrase<'_>) -> String;

    /// A day as people there write it.
    fn day(&self, day: NaiveDate) -> String;

    /// A day of any year: a birthday.
    fn day_of_year(&self, month: u32, day: u32) -> String;

    /// A day and the time, as clocks showed it in the zone of the export.
    fn moment(&self, at: NaiveDateTime) -> String;

    /// The language's tag: `en`, `pt-BR`.
    fn tag(&self) -> String;
}

/// A phrase with what is put into it.
#[derive(Clone, Copy, Debug)]
pub struct Phrase<'a> {
    /// Which.
    pub id: PhraseId,
    /// Who did it, or from whom it is.
    pub name: &'a str,
    /// What it is about.
    pub what: &'a str,
    /// How many.
    pub count: u64,
}

impl<'a> Phrase<'a> {
    /// One into which nothing is put.
    pub const fn new(id: PhraseId) -> Self {
        Self {
            id,
            name: "",
            what: "",
            count: 0,
        }
    }

    /// With a name.
    #[must_use]
    pub const fn name(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// With what it is about.
    #[must_use]
    pub const fn what(self, what: &'a str) -> Self {
        Self { what, ..self }
    }

    /// With a number.
    #[must_use]
    pub const fn count(self, count: u64) -> Self {
        Self { count, ..self }
    }
}

macro_rules! phrases {
    ($($name:ident = $text:literal,)*) => {
        /// A phrase on the pages of an export, by its name in the words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each is named after what it says")]
        pub enum PhraseId {
            $($name,)*
        }

        impl PhraseId {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in the words.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

phrases! {
    Unknown = "unknown",
    Deleted = "deleted",
    Nameless = "nameless",
    SavedMessages = "saved-messages",
    ChatKind = "chat-kind",
    Zone = "zone",
    Previous = "previous",
    Next = "next",
    Page = "page",
    Pages = "pages",
    End = "end",
    Empty = "empty",
    Protected = "protected",
    Edited = "edited",
    DeletedSince = "deleted-since",
    Forwarded = "forwarded",
    ForwardedHidden = "forwarded-hidden",
    Saved = "saved",
    Reply = "reply",
    ShowMessage = "show-message",
    ReplyElsewhere = "reply-elsewhere",
    ReplyGone = "reply-gone",
    ReplyStory = "reply-story",
    Via = "via",
    Signed = "signed",
    Views = "views",
    Buttons = "buttons",
    Reactions = "reactions",
    Paid = "paid-reaction",
    Photo = "photo",
    Video = "video",
    VideoMessage = "video-message",
    Voice = "voice",
    Animation = "animation",
    Sticker = "sticker",
    Audio = "audio",
    File = "file",
    Location = "location",
    LiveLocation = "live-location",
    Contact = "contact",
    VCard = "vcard",
    Game = "game",
    Invoice = "invoice",
    Poll = "poll",
    PollClosed = "poll-closed",
    Votes = "votes",
    Chosen = "chosen",
    Checklist = "checklist",
    TaskDone = "task-done",
    TaskOpen = "task-open",
    Giveaway = "giveaway",
    GiveawayResults = "giveaway-results",
    PaidMedia = "paid-media",
    Dice = "dice",
    Story = "story",
    VideoStream = "video-stream",
    WebPage = "web-page",
    Unsupported = "unsupported",
    Gone = "gone",
    Spoiler = "spoiler",
    Formula = "formula",
    Table = "table",
    Shortened = "shortened",
    Embedded = "embedded",
    LeftOutKind = "left-out-kind",
    LeftOutSize = "left-out-size",
    LeftOutDate = "left-out-date",
    LeftOutForbidden = "left-out-forbidden",
    LeftOutGone = "left-out-gone",
    LeftOutFailed = "left-out-failed",
    DidCreateGroup = "did-create-group",
    DidEditGroupTitle = "did-edit-group-title",
    DidEditGroupPhoto = "did-edit-group-photo",
    DidSuggestProfilePhoto = "did-suggest-profile-photo",
    DidDeleteGroupPhoto = "did-delete-group-photo",
    DidInviteMembers = "did-invite-members",
    DidRemoveMembers = "did-remove-members",
    DidJoin = "did-join",
    DidLeave = "did-leave",
    DidJoinGroupByLink = "did-join-group-by-link",
    DidJoinGroupByRequest = "did-join-group-by-request",
    DidJoinGroupViaCommunity = "did-join-group-via-community",
    DidCreateChannel = "did-create-channel",
    DidMigrateToSupergroup = "did-migrate-to-supergroup",
    DidMigrateFromGroup = "did-migrate-from-group",
    DidTopicCreated = "did-topic-created",
    DidTopicEdit = "did-topic-edit",
    DidTopicChange = "did-topic-change",
    DidChangeCommunity = "did-change-community",
    DidPinMessage = "did-pin-message",
    DidClearHistory = "did-clear-history",
    DidTakeScreenshot = "did-take-screenshot",
    DidJoinedTelegram = "did-joined-telegram",
    DidSetMessagesTtl = "did-set-messages-ttl",
    DidUnsetMessagesTtl = "did-unset-messages-ttl",
    DidEditChatTheme = "did-edit-chat-theme",
    DidChangeChatTheme = "did-change-chat-theme",
    DidSetChatWallpaper = "did-set-chat-wallpaper",
    DidSetSameChatWallpaper = "did-set-same-chat-wallpaper",
    DidBoostApply = "did-boost-apply",
    DidNoForwardsToggle = "did-no-forwards-toggle",
    DidNoForwardsRequest = "did-no-forwards-request",
    DidNewCreatorPending = "did-new-creator-pending",
    DidChangeCreator = "did-change-creator",
    DidScoreInGame = "did-score-in-game",
    DidSendPayment = "did-send-payment",
    DidRefundedPayment = "did-refunded-payment",
    DidAttachMenuBotAllowed = "did-attach-menu-bot-allowed",
    DidWebAppBotAllowed = "did-web-app-bot-allowed",
    DidAllowSendingMessages = "did-allow-sending-messages",
    DidSendPassportValues = "did-send-passport-values",
    DidSendWebviewData = "did-send-webview-data",
    DidRequestedPeer = "did-requested-peer",
    DidManagedBotCreated = "did-managed-bot-created",
    DidPhoneCall = "did-phone-call",
    DidPhoneCallLasted = "did-phone-call-lasted",
    DidConferenceCall = "did-conference-call",
    DidConferenceCallLasted = "did-conference-call-lasted",
    DidGroupCall = "did-group-call",
    DidGroupCallEnded = "did-group-call-ended",
    DidGroupCallScheduled = "did-group-call-scheduled",
    DidInviteToGroupCall = "did-invite-to-group-call",
    DidProximityReached = "did-proximity-reached",
    DidSendPremiumGift = "did-send-premium-gift",
    DidSendStarsGift = "did-send-stars-gift",
    DidSendTonGift = "did-send-ton-gift",
    DidSendStarGift = "did-send-star-gift",
    DidSendUniqueGift = "did-send-unique-gift",
    DidOfferForGift = "did-offer-for-gift",
    DidDeclineGiftOffer = "did-decline-gift-offer",
    DidGiftCodePrize = "did-gift-code-prize",
    DidGiveawayLaunch = "did-giveaway-launch",
    DidGiveawayResults = "did-giveaway-results",
    DidStarsPrize = "did-stars-prize",
    DidPaidMessagesRefund = "did-paid-messages-refund",
    DidPaidMessagesPriceChange = "did-paid-messages-price-change",
    DidTodoCompletions = "did-todo-completions",
    DidTodoIncompletions = "did-todo-incompletions",
    DidTodoAppendTasks = "did-todo-append-tasks",
    DidPollAppendAnswer = "did-poll-append-answer",
    DidPollDeleteAnswer = "did-poll-delete-answer",
    DidProcessSuggestedPost = "did-process-suggested-post",
    DidScheduleSuggestedPost = "did-schedule-suggested-post",
    DidRejectSuggestedPost = "did-reject-suggested-post",
    DidSuggestedPostSuccess = "did-suggested-post-success",
    DidSuggestedPostRefund = "did-suggested-post-refund",
    DidSuggestBirthday = "did-suggest-birthday",
    DidGramTransfer = "did-gram-transfer",
    DidWalletRequest = "did-wallet-request",
    DidOther = "did-other",
}

impl PhraseId {
    /// What happened, by what Telegram Desktop calls it (`pin_message`).
    pub fn of_action(action: &str) -> Option<Self> {
        let id = format!("did-{}", action.replace('_', "-"));
        Self::ALL
            .iter()
            .copied()
            .find(|phrase| phrase.as_str() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_found_by_its_name() {
        assert_eq!(
            PhraseId::of_action("pin_message"),
            Some(PhraseId::DidPinMessage)
        );
        assert_eq!(PhraseId::of_action("photo"), None);
    }
}
