//! What happened in a chat, as Telegram Desktop writes it.

use sesame_domain::session::peer::PeerId;

use super::context::Context;
use super::header::reply;
use super::json::{Json, Layout, Object};
use super::media::{put_photo, todo_items, within_a_text};

use super::money;
use super::passport::secure;
use super::schema::Tl;
use super::text::Text;

/// What is written of what happened.
pub(super) struct Told {
    /// Whether who did it comes first.
    pub(super) has_actor: bool,
    /// `action`, and what belongs to it.
    pub(super) members: Object,
}

/// What happened; `None`: nothing that Telegram Desktop has a word for. Such a
/// message is written like one that someone wrote, and the record has it whole.
pub(super) fn tell(cx: &mut Context<'_>, action: Tl<'_>, message: Tl<'_>) -> Option<Told> {
    let mut told = Telling {
        cx,
        action,
        message,
        has_actor: true,
        out: Object::new(),
    };
    let is_told = told.chat() || told.bots() || told.calls() || told.gifts() || told.rest();
    is_told.then_some(Told {
        has_actor: told.has_actor,
        members: told.out,
    })
}

struct Telling<'a, 'b> {
    cx: &'a mut Context<'b>,
    action: Tl<'a>,
    message: Tl<'a>,
    has_actor: bool,
    out: Object,
}

impl Telling<'_, '_> {
    fn name(&mut self, action: &str) {
        self.out.put("action", Json::text(action));
    }

    /// An action of which Telegram Desktop does not say who did it.
    fn without_actor(&mut self, action: &str) {
        self.has_actor = false;
        self.name(action);
    }

    fn titled(&mut self, action: &str) {
        self.name(action);
        self.out.text("title", self.action.text("title"));
    }

    fn members(&mut self, ids: impl Iterator<Item = i64>) {
        let names = Json::lines(ids.map(|id| self.cx.user(id)));
        self.out.put("members", names);
    }

    fn reply(&mut self, key: &'static str) {
        reply(self.cx, &mut self.out, self.message, key);
    }

    /// What happened to the chat itself. Each of these answers whether it was that.
    fn chat(&mut self) -> bool {
        let action = self.action;
        match action.name() {
            "messageActionChatCreate" => {
                self.titled("create_group");
                self.members(action.ints("users"));
            }
            "messageActionChatEditTitle" => self.titled("edit_group_title"),
            "messageActionChatEditPhoto" => self.photo("edit_group_photo"),
            "messageActionSuggestProfilePhoto" => self.photo("suggest_profile_photo"),
            "messageActionChatDeletePhoto" => self.name("delete_group_photo"),
            "messageActionChatAddUser" => {
                self.name("invite_members");
                self.members(action.ints("users"));
            }
            "messageActionChatDeleteUser" => {
                self.name("remove_members");
                self.members(std::iter::once(action.int("user_id")));
            }
            "messageActionChatJoinedByLink" => {
                self.name("join_group_by_link");
                let inviter = self.cx.user(action.int("inviter_id"));
                self.out.put("inviter", inviter);
            }
            "messageActionChatJoinedByRequest" => self.name("join_group_by_request"),
            "messageActionChatJoinedViaCommunity" => {
                self.name("join_group_via_community");
                self.out.int("community_id", action.int("community_id"));
            }
            "messageActionChannelCreate" => self.titled("create_channel"),
            "messageActionChatMigrateTo" => self.name("migrate_to_supergroup"),
            "messageActionChannelMigrateFrom" => self.titled("migrate_from_group"),
            "messageActionTopicCreate" => self.titled("topic_created"),
            "messageActionTopicEdit" => {
                self.name("topic_edit");
                self.out.text("new_title", action.text("title"));
                // Telegram Desktop writes zero where the icon stays.
                let icon = Json::unsigned(action.int("icon_emoji_id"));
                self.out.put("new_icon_emoji_id", icon);
            }
            "messageActionPinMessage" => {
                self.name("pin_message");
                self.reply("message_id");
            }
            "messageActionHistoryClear" => self.name("clear_history"),
            "messageActionScreenshotTaken" => self.name("take_screenshot"),
            "messageActionContactSignUp" => self.name("joined_telegram"),
            "messageActionSetMessagesTTL" => {
                self.name("set_messages_ttl");
                self.out.int("period", action.int("period"));
            }
            "messageActionSetChatTheme" => {
                self.name("edit_chat_theme");
                self.out
                    .text("emoticon", action.get("theme").text("emoticon"));
            }
            "messageActionSetChatWallPaper" => {
                let name = if action.flag("same") {
                    "set_same_chat_wallpaper"
                } else {
                    "set_chat_wallpaper"
                };
                self.name(name);
                self.reply("message_id");
            }
            "messageActionBoostApply" => {
                self.name("boost_apply");
                self.out.int("boosts", action.int("boosts"));
            }
            "messageActionNoForwardsToggle" => {
                self.name("no_forwards_toggle");
                self.out.flag("new_value", action.flag("new_value"));
            }
            "messageActionNoForwardsRequest" => {
                self.name("no_forwards_request");
                self.out.flag("expired", action.flag("expired"));
                self.out.flag("new_value", action.flag("new_value"));
            }
            "messageActionNewCreatorPending" => self.creator("new_creator_pending"),
            "messageActionChangeCreator" => self.creator("change_creator"),
            _ => return false,
        }
        true
    }

    fn photo(&mut self, name: &str) {
        self.name(name);
        let photo = self.cx.photo(self.action.get("photo"));
        put_photo(&mut self.out, &photo);
    }

    fn creator(&mut self, name: &str) {
        self.name(name);
        let creator = self.cx.user(self.action.int("new_creator_id"));
        self.out.put("new_creator", creator);
    }

    /// What bots and payments have to do with.
    fn bots(&mut self) -> bool {
        let action = self.action;
        match action.name() {
            "messageActionGameScore" => {
                self.name("score_in_game");
                self.reply("game_message_id");
                self.out.int("score", action.int("score"));
            }
            "messageActionPaymentSent" => {
                self.without_actor("send_payment");
                self.out.int("amount", action.int("total_amount"));
                self.out.text("currency", action.text("currency"));
                self.reply("invoice_message_id");
                if action.flag("recurring_used") {
                    self.out.text("recurring", "used");
                } else if action.flag("recurring_init") {
                    self.out.text("recurring", "init");
                }
            }
            "messageActionPaymentRefunded" => {
                self.without_actor("refunded_payment");
                self.out.int("amount", action.int("total_amount"));
                self.out.text("currency", action.text("currency"));
                if let Some(peer) = action.peer("peer") {
                    let name = self.cx.name(peer);
                    self.out.put("peer_name", name);
                    self.out.put("peer_id", Json::peer(peer));
                }
                self.out.text("charge_id", action.get("charge").text("id"));
            }
            "messageActionBotAllowed" => self.bot_allowed(),
            "messageActionSecureValuesSent" => {
                self.without_actor("send_passport_values");
                let values = action
                    .list("types")
                    .map(|kind| Json::text(secure(kind.name())));
                self.out.put("values", Json::lines(values));
            }
            "messageActionWebViewDataSent" => {
                self.without_actor("send_webview_data");
                // The key comes a second time where every message has its text.
                self.out.text("text", action.text("text"));
            }
            "messageActionRequestedPeer" => {
                self.name("requested_peer");
                self.out.int("button_id", action.int("button_id"));
                let peers = action.list("peers").filter_map(Tl::as_peer);
                let peers = Json::lines(peers.map(|peer| Json::int(with_kind(peer))));
                self.out.put("peers", within_a_text(&peers));
            }
            "messageActionManagedBotCreated" => {
                self.name("managed_bot_created");
                let bot = self.cx.user(action.int("bot_id"));
                self.out.put("bot", bot);
            }
            "messageActionCustomAction" => {
                self.out.text("information_text", action.text("message"));
            }
            _ => return false,
        }
        true
    }

    fn bot_allowed(&mut self) {
        let action = self.action;
        let app = action.get("app");
        if action.flag("attach_menu") {
            self.without_actor("attach_menu_bot_allowed");
        } else if action.flag("from_request") {
            self.without_actor("web_app_bot_allowed");
        } else {
            self.without_actor("allow_sending_messages");
            if app.int("id") == 0 {
                self.out.text("reason_domain", action.text("domain"));
            } else {
                self.out.put("reason_app_id", Json::unsigned(app.int("id")));
                self.out.text("reason_app_name", app.text("title"));
            }
        }
    }

    fn calls(&mut self) -> bool {
        let action = self.action;
        match action.name() {
            "messageActionPhoneCall" => {
                self.name("phone_call");
                self.out.int_if("duration_seconds", action.int("duration"));
                let reason = match action.get("reason").name() {
                    "phoneCallDiscardReasonBusy" => "busy",
                    "phoneCallDiscardReasonDisconnect" => "disconnect",
                    "phoneCallDiscardReasonHangup" => "hangup",
                    "phoneCallDiscardReasonMissed" => "missed",
                    // So Telegram Desktop spells it.
                    "phoneCallDiscardReasonMigrateConferenceCall" => "migrate_conference_all",
                    _ => "",
                };
                self.out.text("discard_reason", reason);
            }
            "messageActionConferenceCall" => {
                self.name("conference_call");
                self.out.int_if("duration_seconds", action.int("duration"));
                let is_missed = action.flag("missed");
                self.out
                    .flag("is_active", action.flag("active") && !is_missed);
                self.out.flag("is_missed", is_missed);
            }
            "messageActionGroupCall" => {
                self.name("group_call");
                self.out.int_if("duration", action.int("duration"));
            }
            "messageActionGroupCallScheduled" => {
                self.name("group_call_scheduled");
                self.out.int("schedule_date", action.int("schedule_date"));
            }
            "messageActionInviteToGroupCall" => {
                self.name("invite_to_group_call");
                self.members(action.ints("users"));
            }
            "messageActionGeoProximityReached" => {
                self.without_actor("proximity_reached");
                for (field, keys) in [("from_id", ["from", "from_id"]), ("to_id", ["to", "to_id"])]
                {
                    if let Some(peer) = action.peer(field) {
                        let name = self.cx.name(peer);
                        self.out.put(keys[0], name);
                        self.out.put(keys[1], Json::peer(peer));
                    }
                }
                self.out.int("distance", action.int("distance"));
            }
            _ => return false,
        }
        true
    }

    fn gifts(&mut self) -> bool {
        let action = self.action;
        let cost = || money::written(action.int("amount"), action.text("currency"));
        match action.name() {
            "messageActionGiftPremium" => {
                self.name("send_premium_gift");
                self.out.text("cost", &cost());
                self.out.int_if("days", action.int("days"));
            }
            "messageActionGiftStars" => {
                self.name("send_stars_gift");
                self.out.text("cost", &cost());
                self.amount(action.int("stars"), 0);
            }
            "messageActionGiftTon" => {
                self.name("send_ton_gift");
                self.out.text("cost", &cost());
                // Telegram Desktop takes the price for the amount.
                let amount = action.int("amount");
                self.amount(amount / NANO, amount % NANO);
            }
            "messageActionStarGift"
            | "messageActionStarGiftUnique"
            | "messageActionStarGiftPurchaseOffer"
            | "messageActionStarGiftPurchaseOfferDeclined" => self.star_gift(),
            "messageActionGiftCode" => {
                self.without_actor("gift_code_prize");
                self.out.text("gift_code", action.text("slug"));
                if let Some(peer) = action.peer("boost_peer") {
                    self.out.put("boost_peer_id", Json::peer(peer));
                }
                self.out.int("days", action.int("days"));
                self.out.flag("unclaimed", action.flag("unclaimed"));
                self.out.flag("via_giveaway", action.flag("via_giveaway"));
            }
            "messageActionGiveawayLaunch" => self.without_actor("giveaway_launch"),
            "messageActionGiveawayResults" => {
                self.without_actor("giveaway_results");
                self.out.int("winners", action.int("winners_count"));
                self.out.int("unclaimed", action.int("unclaimed_count"));
                self.out.flag("stars", action.flag("stars"));
            }
            "messageActionPrizeStars" => {
                self.name("stars_prize");
                if let Some(peer) = action.peer("boost_peer") {
                    self.out.put("boost_peer_id", Json::peer(peer));
                    let name = self.cx.name(peer);
                    self.out.put("boost_peer_name", name);
                }
                self.out.int("stars", action.int("stars"));
                self.out.flag("is_unclaimed", action.flag("unclaimed"));
                self.out
                    .int("giveaway_msg_id", action.int("giveaway_msg_id"));
                self.out
                    .text("transaction_id", action.text("transaction_id"));
            }
            _ => return false,
        }
        true
    }

    /// Both parts, or none of nothing.
    fn amount(&mut self, whole: i64, nano: i64) {
        if whole != 0 || nano != 0 {
            self.out.int("amount_whole", whole);
            self.out.int("amount_nano", nano);
        }
    }

    /// One that was made unique has no price any more. What is offered for one is
    /// written like one that was given.
    fn star_gift(&mut self) {
        let (action, gift) = (self.action, self.action.get("gift"));
        let is_given = action.name() == "messageActionStarGift";
        let is_usual = gift.name() == "starGift";
        self.name("send_star_gift");
        self.out.put("gift_id", Json::unsigned(gift.int("id")));
        self.out
            .int("stars", if is_usual { gift.int("stars") } else { 0 });
        self.out
            .flag("is_limited", is_usual && gift.flag("limited"));
        self.out
            .flag("is_anonymous", is_given && action.flag("name_hidden"));
        let text = if is_given {
            Text::of(action.get("message"))
        } else {
            Text::of(Tl::none())
        };
        self.out.put("gift_text", text.mixed(Layout::Lines));
    }

    fn rest(&mut self) -> bool {
        let action = self.action;
        match action.name() {
            "messageActionPaidMessagesRefunded" => {
                self.name("paid_messages_refund");
                self.out.int("messages_count", action.int("count"));
                self.out.int("stars_count", action.int("stars"));
            }
            "messageActionPaidMessagesPrice" => {
                self.name("paid_messages_price_change");
                self.out.int("price_stars", action.int("stars"));
                let allowed = action.flag("broadcast_messages_allowed");
                self.out.flag("is_broadcast_messages_allowed", allowed);
            }
            "messageActionTodoCompletions" => {
                self.name("todo_completions");
                for key in ["completed", "incompleted"] {
                    let ids = action.ints(key).map(Json::int).collect();
                    self.out.put(key, Json::List(ids, Layout::Compact));
                }
            }
            "messageActionTodoAppendTasks" => {
                self.name("todo_append_tasks");
                self.out.put("items", todo_items(action));
            }
            "messageActionPollAppendAnswer" => self.option("poll_append_answer"),
            "messageActionPollDeleteAnswer" => self.option("poll_delete_answer"),
            "messageActionSuggestedPostApproval" => {
                self.name("process_suggested_post");
                if action.flag("rejected") {
                    self.out.flag("rejected", true);
                    self.out.text("comment", action.text("reject_comment"));
                } else {
                    self.price();
                    self.out.int("scheduled_date", action.int("schedule_date"));
                }
            }
            "messageActionSuggestedPostSuccess" => {
                self.name("suggested_post_success");
                self.price();
            }
            "messageActionSuggestedPostRefund" => {
                self.name("suggested_post_refund");
                self.out
                    .flag("user_initiated", action.flag("payer_initiated"));
            }
            "messageActionSuggestBirthday" => {
                self.name("suggest_birthday");
                let birthday = action.get("birthday");
                self.out.int("day", birthday.int("day"));
                self.out.int("month", birthday.int("month"));
                self.out.int_if("year", birthday.int("year"));
            }
            // Nothing else has a word in Telegram Desktop: none, those that only
            // bots see, and what is newer.
            _ => return false,
        }
        true
    }

    fn option(&mut self, name: &str) {
        self.name(name);
        let answer = self.action.get("answer");
        self.out.text("option", answer.get("text").text("text"));
    }

    /// All three as texts.
    fn price(&mut self) {
        let price = self.action.get("price");
        let amount = price.int("amount");
        let (whole, nano, currency) = if price.name() == "starsTonAmount" {
            (amount.div_euclid(NANO), amount.rem_euclid(NANO), "TON")
        } else {
            (amount, price.int("nanos"), "Stars")
        };
        self.out
            .put("price_amount_whole", Json::text(whole.to_string()));
        self.out
            .put("price_amount_nano", Json::text(nano.to_string()));
        self.out.put("price_currency", Json::text(currency));
    }
}

/// How many parts one of a currency is counted in.
const NANO: i64 = 1_000_000_000;

/// A peer as a number that tells its kind.
fn with_kind(peer: PeerId) -> i64 {
    match peer {
        PeerId::User(id) => id,
        PeerId::Group(id) => id | (1 << 48),
        PeerId::Channel(id) => id | (2 << 48),
    }
}
