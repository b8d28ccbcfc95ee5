//! What the pages of an export say, by the domain's names of its phrases.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};
use sesame_domain::export::{ExportWords as Says, Phrase, PhraseId};

use crate::markup::Text;
use crate::messages::ExportWords;

impl Says for ExportWords {
    fn say(&self, phrase: &Phrase<'_>) -> String {
        self.message(phrase).into()
    }

    fn day(&self, day: NaiveDate) -> String {
        let at = day.and_time(NaiveTime::MIN).and_utc();
        self.language().date(at).into()
    }

    fn day_of_year(&self, month: u32, day: u32) -> String {
        let (month, day) = (u64::from(month), u64::from(day));
        self.language().time().day_of_year(day, month).into()
    }

    fn moment(&self, at: NaiveDateTime) -> String {
        let two = |number: u32| format!("{number:02}");
        let (hour, minute) = (two(at.hour()), two(at.minute()));
        let (day, month) = (u64::from(at.day()), u64::from(at.month()));
        let year = u64::try_from(at.year()).unwrap_or_default();
        let words = self.language().time();
        words.date_clock(day, &hour, &minute, month, year).into()
    }

    fn tag(&self) -> String {
        self.language().tag().to_owned()
    }
}

impl ExportWords {
    /// The message of a phrase, with what is put into it.
    #[expect(
        clippy::too_many_lines,
        reason = "a line for each phrase, and the compiler asks for those that are missing"
    )]
    fn message(self, phrase: &Phrase<'_>) -> Text {
        match phrase.id {
            PhraseId::Unknown => self.unknown(),
            PhraseId::Deleted => self.deleted(),
            PhraseId::Nameless => self.nameless(),
            PhraseId::SavedMessages => self.saved_messages(),
            PhraseId::ChatKind => self.chat_kind(phrase.what),
            PhraseId::Zone => self.zone(phrase.what),
            PhraseId::Page => self.page(phrase.count),
            PhraseId::Pages => self.pages(),
            PhraseId::Previous => self.previous(),
            PhraseId::Next => self.next(),
            PhraseId::End => self.end(),
            PhraseId::Empty => self.empty(),
            PhraseId::Edited => self.edited(phrase.what),
            PhraseId::DeletedSince => self.deleted_since(phrase.what),
            PhraseId::Forwarded => self.forwarded(phrase.name),
            PhraseId::ForwardedHidden => self.forwarded_hidden(),
            PhraseId::Saved => self.saved(phrase.name),
            PhraseId::Signed => self.signed(phrase.name),
            PhraseId::Reply => self.reply(),
            PhraseId::ShowMessage => self.show_message(),
            PhraseId::ReplyElsewhere => self.reply_elsewhere(),
            PhraseId::ReplyGone => self.reply_gone(),
            PhraseId::ReplyStory => self.reply_story(),
            PhraseId::Via => self.via(phrase.name),
            PhraseId::Views => self.views(phrase.count),
            PhraseId::Buttons => self.buttons(),
            PhraseId::Reactions => self.reactions(),
            PhraseId::Paid => self.paid_reaction(),
            PhraseId::Spoiler => self.spoiler(),
            PhraseId::Protected => self.protected(),
            PhraseId::Gone => self.gone(),
            PhraseId::Unsupported => self.unsupported(),
            PhraseId::Shortened => self.shortened(),
            PhraseId::Photo => self.photo(),
            PhraseId::Video => self.video(),
            PhraseId::VideoMessage => self.video_message(),
            PhraseId::Voice => self.voice(),
            PhraseId::Animation => self.animation(),
            PhraseId::Sticker => self.sticker(),
            PhraseId::Audio => self.audio(),
            PhraseId::File => self.file(),
            PhraseId::Location => self.location(),
            PhraseId::LiveLocation => self.live_location(),
            PhraseId::Contact => self.contact(),
            PhraseId::VCard => self.vcard(),
            PhraseId::Game => self.game(),
            PhraseId::Invoice => self.invoice(),
            PhraseId::Poll => self.poll(),
            PhraseId::PollClosed => self.poll_closed(),
            PhraseId::Votes => self.votes(phrase.count),
            PhraseId::Chosen => self.chosen(),
            PhraseId::Checklist => self.checklist(),
            PhraseId::TaskDone => self.task_done(),
            PhraseId::TaskOpen => self.task_open(),
            PhraseId::Giveaway => self.giveaway(phrase.count),
            PhraseId::GiveawayResults => self.giveaway_results(phrase.count),
            PhraseId::PaidMedia => self.paid_media(phrase.count),
            PhraseId::Dice => self.dice(phrase.count, phrase.what),
            PhraseId::Story => self.story(),
            PhraseId::VideoStream => self.video_stream(),
            PhraseId::WebPage => self.web_page(),
            PhraseId::Embedded => self.embedded(),
            PhraseId::Formula => self.formula(),
            PhraseId::Table => self.table(),
            PhraseId::LeftOutKind => self.left_out_kind(),
            PhraseId::LeftOutSize => self.left_out_size(),
            PhraseId::LeftOutDate => self.left_out_date(),
            PhraseId::LeftOutForbidden => self.left_out_forbidden(),
            PhraseId::LeftOutGone => self.left_out_gone(),
            PhraseId::LeftOutFailed => self.left_out_failed(),
            PhraseId::DidCreateGroup => self.did_create_group(phrase.name, phrase.what),
            PhraseId::DidCreateChannel => self.did_create_channel(phrase.name, phrase.what),
            PhraseId::DidEditGroupTitle => self.did_edit_group_title(phrase.name, phrase.what),
            PhraseId::DidEditGroupPhoto => self.did_edit_group_photo(phrase.name),
            PhraseId::DidDeleteGroupPhoto => self.did_delete_group_photo(phrase.name),
            PhraseId::DidSuggestProfilePhoto => self.did_suggest_profile_photo(phrase.name),
            PhraseId::DidInviteMembers => self.did_invite_members(phrase.name, phrase.what),
            PhraseId::DidRemoveMembers => self.did_remove_members(phrase.name, phrase.what),
            PhraseId::DidJoin => self.did_join(phrase.name),
            PhraseId::DidLeave => self.did_leave(phrase.name),
            PhraseId::DidJoinGroupByLink => self.did_join_group_by_link(phrase.name, phrase.what),
            PhraseId::DidJoinGroupByRequest => self.did_join_group_by_request(phrase.name),
            PhraseId::DidJoinGroupViaCommunity => self.did_join_group_via_community(phrase.name),
            PhraseId::DidMigrateToSupergroup => self.did_migrate_to_supergroup(phrase.name),
            PhraseId::DidMigrateFromGroup => self.did_migrate_from_group(phrase.name, phrase.what),
            PhraseId::DidTopicCreated => self.did_topic_created(phrase.name, phrase.what),
            PhraseId::DidTopicEdit => self.did_topic_edit(phrase.name, phrase.what),
            PhraseId::DidTopicChange => self.did_topic_change(phrase.name, phrase.what),
            PhraseId::DidChangeCommunity => self.did_change_community(phrase.name, phrase.what),
            PhraseId::DidPinMessage => self.did_pin_message(phrase.name),
            PhraseId::DidClearHistory => self.did_clear_history(phrase.name),
            PhraseId::DidTakeScreenshot => self.did_take_screenshot(phrase.name),
            PhraseId::DidJoinedTelegram => self.did_joined_telegram(phrase.name),
            PhraseId::DidSetMessagesTtl => {
                self.did_set_messages_ttl(seconds(phrase.count), phrase.name)
            }
            PhraseId::DidUnsetMessagesTtl => self.did_unset_messages_ttl(phrase.name),
            PhraseId::DidEditChatTheme => self.did_edit_chat_theme(phrase.what, phrase.name),
            PhraseId::DidChangeChatTheme => self.did_change_chat_theme(phrase.name),
            PhraseId::DidSetChatWallpaper => self.did_set_chat_wallpaper(phrase.name),
            PhraseId::DidSetSameChatWallpaper => self.did_set_same_chat_wallpaper(phrase.name),
            PhraseId::DidBoostApply => self.did_boost_apply(phrase.count, phrase.name),
            PhraseId::DidNoForwardsToggle => self.did_no_forwards_toggle(phrase.name, phrase.what),
            PhraseId::DidNoForwardsRequest => {
                self.did_no_forwards_request(phrase.name, phrase.what)
            }
            PhraseId::DidNewCreatorPending => {
                self.did_new_creator_pending(phrase.name, phrase.what)
            }
            PhraseId::DidChangeCreator => self.did_change_creator(phrase.name, phrase.what),
            PhraseId::DidScoreInGame => self.did_score_in_game(phrase.count, phrase.name),
            PhraseId::DidSendPayment => self.did_send_payment(phrase.what, phrase.name),
            PhraseId::DidRefundedPayment => self.did_refunded_payment(phrase.what, phrase.name),
            PhraseId::DidAttachMenuBotAllowed => self.did_attach_menu_bot_allowed(phrase.name),
            PhraseId::DidWebAppBotAllowed => self.did_web_app_bot_allowed(phrase.name),
            PhraseId::DidAllowSendingMessages => {
                self.did_allow_sending_messages(phrase.name, phrase.what)
            }
            PhraseId::DidSendPassportValues => {
                self.did_send_passport_values(phrase.count, phrase.name)
            }
            PhraseId::DidSendWebviewData => self.did_send_webview_data(phrase.name, phrase.what),
            PhraseId::DidRequestedPeer => self.did_requested_peer(phrase.count, phrase.name),
            PhraseId::DidManagedBotCreated => {
                self.did_managed_bot_created(phrase.name, phrase.what)
            }
            PhraseId::DidPhoneCall => self.did_phone_call(phrase.name, phrase.what),
            PhraseId::DidPhoneCallLasted => self.did_phone_call_lasted(phrase.what, phrase.name),
            PhraseId::DidConferenceCall => self.did_conference_call(phrase.name, phrase.what),
            PhraseId::DidConferenceCallLasted => {
                self.did_conference_call_lasted(phrase.what, phrase.name)
            }
            PhraseId::DidGroupCall => self.did_group_call(phrase.name),
            PhraseId::DidGroupCallEnded => self.did_group_call_ended(phrase.what, phrase.name),
            PhraseId::DidGroupCallScheduled => {
                self.did_group_call_scheduled(phrase.name, phrase.what)
            }
            PhraseId::DidInviteToGroupCall => {
                self.did_invite_to_group_call(phrase.name, phrase.what)
            }
            PhraseId::DidProximityReached => {
                self.did_proximity_reached(phrase.count, phrase.name, phrase.what)
            }
            PhraseId::DidSendPremiumGift => self.did_send_premium_gift(phrase.count, phrase.name),
            PhraseId::DidSendStarsGift => self.did_send_stars_gift(phrase.count, phrase.name),
            PhraseId::DidSendTonGift => self.did_send_ton_gift(phrase.what, phrase.name),
            PhraseId::DidSendStarGift => self.did_send_star_gift(phrase.count, phrase.name),
            PhraseId::DidSendUniqueGift => self.did_send_unique_gift(phrase.name, phrase.what),
            PhraseId::DidOfferForGift => self.did_offer_for_gift(phrase.name, phrase.what),
            PhraseId::DidDeclineGiftOffer => self.did_decline_gift_offer(phrase.name, phrase.what),
            PhraseId::DidGiftCodePrize => self.did_gift_code_prize(phrase.count, phrase.what),
            PhraseId::DidGiveawayLaunch => self.did_giveaway_launch(phrase.name),
            PhraseId::DidGiveawayResults => self.did_giveaway_results(phrase.count),
            PhraseId::DidStarsPrize => self.did_stars_prize(phrase.count),
            PhraseId::DidPaidMessagesRefund => {
                self.did_paid_messages_refund(phrase.count, phrase.name)
            }
            PhraseId::DidPaidMessagesPriceChange => {
                self.did_paid_messages_price_change(phrase.count, phrase.name)
            }
            PhraseId::DidTodoCompletions => self.did_todo_completions(phrase.count, phrase.name),
            PhraseId::DidTodoIncompletions => {
                self.did_todo_incompletions(phrase.count, phrase.name)
            }
            PhraseId::DidTodoAppendTasks => self.did_todo_append_tasks(phrase.count, phrase.name),
            PhraseId::DidPollAppendAnswer => self.did_poll_append_answer(phrase.name, phrase.what),
            PhraseId::DidPollDeleteAnswer => self.did_poll_delete_answer(phrase.name, phrase.what),
            PhraseId::DidProcessSuggestedPost => self.did_process_suggested_post(phrase.name),
            PhraseId::DidScheduleSuggestedPost => {
                self.did_schedule_suggested_post(phrase.name, phrase.what)
            }
            PhraseId::DidRejectSuggestedPost => self.did_reject_suggested_post(phrase.name),
            PhraseId::DidSuggestedPostSuccess => self.did_suggested_post_success(phrase.name),
            PhraseId::DidSuggestedPostRefund => self.did_suggested_post_refund(),
            PhraseId::DidSuggestBirthday => self.did_suggest_birthday(phrase.name, phrase.what),
            PhraseId::DidGramTransfer => self.did_gram_transfer(phrase.name),
            PhraseId::DidWalletRequest => self.did_wallet_request(phrase.name, phrase.what),
            PhraseId::DidOther => self.did_other(phrase.name, phrase.what),
        }
    }
}

/// How long something lasts.
fn seconds(count: u64) -> TimeDelta {
    let seconds = i64::try_from(count).unwrap_or(i64::MAX);
    TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX)
}
