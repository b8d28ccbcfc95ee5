//! What is attached to messages, as Telegram Desktop writes it.

use sesame_domain::session::peer::PeerId;

use super::context::Context;
use super::files::{Found, FoundDocument, LeftOut, Place};
use super::header::sender;
use super::json::{Json, Layout, Object};

use super::schema::Tl;
use super::text::Text;

/// Whether Telegram did not say what is attached.
pub(super) fn is_unsupported(media: Tl<'_>) -> bool {
    media.name() == "messageMediaUnsupported"
}

/// Adds what is attached to a message. Telegram Desktop has nothing for previews
/// of web pages, dice, stories and live streams.
pub(super) fn put_media(cx: &mut Context<'_>, object: &mut Object, message: Tl<'_>) {
    let media = message.get("media");
    cx.is_forbidden = destroys_itself(media);
    match media.name() {
        "messageMediaPhoto" => {
            let mut photo = cx.photo(media.get("photo"));
            if destroys_itself(media) {
                photo = Found {
                    dimensions: photo.dimensions,
                    ..unavailable()
                };
            }
            put_photo(object, &photo);
            put_end(object, media);
        }
        "messageMediaDocument" => {
            let mut document = cx.document(media.get("document"));
            if destroys_itself(media) {
                document.file = Found {
                    dimensions: document.file.dimensions,
                    ..unavailable()
                };
                document.thumbnail = document.thumbnail.map(|_| unavailable());
            }
            put_document(object, &document);
            put_end(object, media);
        }
        "messageMediaContact" => contact(cx, object, media),
        "messageMediaGeo" => object.put("location_information", location_or_null(media)),
        "messageMediaGeoLive" => {
            object.put("location_information", location_or_null(media));
            object.int_if("live_location_period_seconds", media.int("period"));
        }
        "messageMediaVenue" => {
            object.text("place_name", media.text("title"));
            object.text("address", media.text("address"));
            if let Some(location) = location(media) {
                object.put("location_information", location);
            }
        }
        "messageMediaGame" => game(cx, object, media.get("game"), message),
        "messageMediaInvoice" => invoice(object, media),
        "messageMediaPoll" => object.put("poll", poll(media)),
        "messageMediaToDo" => object.put("todo_list", todo_list(media.get("todo"))),
        "messageMediaGiveaway" => object.put("giveaway_information", giveaway(cx, media)),
        "messageMediaGiveawayResults" => {
            object.put("giveaway_results", giveaway_results(cx, media));
        }
        "messageMediaPaidMedia" => paid(cx, object, media),
        _ => {}
    }
    cx.is_forbidden = false;
}

/// Whether it is gone once it was seen. Nothing of it is kept, whoever sent it.
pub(super) fn destroys_itself(media: Tl<'_>) -> bool {
    media.int_if("ttl_seconds").is_some()
}

fn unavailable() -> Found {
    Found {
        place: Place::LeftOut(LeftOut::Forbidden),
        ..Found::default()
    }
}

pub(super) fn put_photo(object: &mut Object, photo: &Found) {
    object.put("photo", Json::text(photo.place.or_note()));
    object.int("photo_file_size", photo.size);
    put_dimensions(object, photo);
}

fn put_dimensions(object: &mut Object, found: &Found) {
    if let Some((width, height)) = found.dimensions {
        object.int("width", width);
        object.int("height", height);
    }
}

fn put_document(object: &mut Object, document: &FoundDocument) {
    object.put("file", Json::text(document.file.place.or_note()));
    object.text("file_name", &document.name);
    object.int("file_size", document.file.size);
    if let Some(thumbnail) = &document.thumbnail {
        object.put("thumbnail", Json::text(thumbnail.place.or_note()));
        object.int("thumbnail_file_size", thumbnail.size);
    }
    put_kind(object, document);
    object.text("mime_type", &document.mime_type);
    object.int_if("duration_seconds", document.seconds);
    put_dimensions(object, &document.file);
}

/// What kind of document it is, and what only that kind has.
pub(super) fn put_kind(object: &mut Object, document: &FoundDocument) {
    let kind = document.media_type();
    object.text("media_type", kind);
    match kind {
        "sticker" => object.text("sticker_emoji", &document.emoji),
        "audio_file" => {
            object.text("performer", &document.performer);
            object.text("title", &document.title);
        }
        _ => {}
    }
}

fn put_end(object: &mut Object, media: Tl<'_>) {
    if media.flag("spoiler") {
        object.flag("media_spoiler", true);
    }
    object.int_if("self_destruct_period_seconds", media.int("ttl_seconds"));
}

fn contact(cx: &mut Context<'_>, object: &mut Object, media: Tl<'_>) {
    let mut contact = Object::new();
    contact.put("first_name", Json::text(media.text("first_name")));
    contact.put("last_name", Json::text(media.text("last_name")));
    let number = cx.around.phones.written(media.text("phone_number"));
    contact.put("phone_number", Json::text(number));
    object.put("contact_information", contact.into());
    let card = media.text("vcard");
    if !card.is_empty() {
        object.put("contact_vcard", Json::text(cx.shelves.contact(card)));
        let size = i64::try_from(card.len()).unwrap_or(i64::MAX);
        object.int("contact_vcard_file_size", size);
    }
}

fn location(media: Tl<'_>) -> Option<Json> {
    let point = media.get("geo");
    (point.name() == "geoPoint").then(|| {
        let mut location = Object::new();
        location.put("latitude", Json::double(point.float("lat")));
        location.put("longitude", Json::double(point.float("long")));
        location.into()
    })
}

fn location_or_null(media: Tl<'_>) -> Json {
    location(media).unwrap_or(Json::Null)
}

/// The bot whose game it is: through which it was sent, from whom it was
/// forwarded, or who sent it.
fn game(cx: &Context<'_>, object: &mut Object, game: Tl<'_>, message: Tl<'_>) {
    object.text("game_title", game.text("title"));
    object.text("game_description", game.text("description"));
    let through = message.int_if("via_bot_id").map(PeerId::User);
    let origin = message.get("fwd_from").peer("from_id");
    let origin = origin.filter(|origin| matches!(origin, PeerId::User(_)));
    let bot = through
        .or(origin)
        .or_else(|| sender(cx.around.chat.me, message));
    let bot = bot.and_then(|bot| cx.around.peers.find(bot));
    let name = bot.and_then(|bot| bot.username.as_ref());
    let short = game.text("short_name");
    if let Some(name) = name
        && !short.is_empty()
    {
        let link = format!("https://t.me/{name}?game={short}");
        object.put("game_link", Json::text(link));
    }
}

/// Telegram Desktop writes it as a text in which the JSON stands.
fn invoice(object: &mut Object, media: Tl<'_>) {
    let mut invoice = Object::new();
    invoice.put("title", Json::text(media.text("title")));
    invoice.put("description", Json::text(media.text("description")));
    invoice.int("amount", media.int("total_amount"));
    invoice.put("currency", Json::text(media.text("currency")));
    invoice.int_if("receipt_message_id", media.int("receipt_msg_id"));
    object.put("invoice_information", within_a_text(&invoice.into()));
}

/// JSON as a text, indented as if it stood there itself.
pub(super) fn within_a_text(json: &Json) -> Json {
    /// Members of messages stand on this level.
    const LEVEL: usize = 3;
    let mut text = String::new();
    json.write(&mut text, LEVEL);
    Json::Text(text)
}

fn poll(media: Tl<'_>) -> Json {
    let (poll, results) = (media.get("poll"), media.get("results"));
    let answers = poll.list("answers").map(|answer| {
        let option = answer.text("option");
        let counted = results
            .list("results")
            .find(|it| it.text("option") == option);
        let counted = counted.filter(|_| !option.is_empty());
        let mut object = Object::new();
        object.put("text", Text::of(answer.get("text")).mixed(Layout::Left));
        object.int("voters", counted.map_or(0, |it| it.int("voters")));
        object.flag("chosen", counted.is_some_and(|it| it.flag("chosen")));
        object.into()
    });
    let mut object = Object::new();
    object.put(
        "question",
        Text::of(poll.get("question")).mixed(Layout::Left),
    );
    object.flag("closed", poll.flag("closed"));
    object.int("total_voters", results.int("total_voters"));
    object.put("answers", Json::lines(answers));
    object.into()
}

fn todo_list(todo: Tl<'_>) -> Json {
    let mut object = Object::new();
    object.put("title", Text::of(todo.get("title")).mixed(Layout::Left));
    object.flag("others_can_append", todo.flag("others_can_append"));
    object.flag("others_can_complete", todo.flag("others_can_complete"));
    object.put("answers", todo_items(todo));
    object.into()
}

/// The items in the field `list`.
pub(super) fn todo_items(of: Tl<'_>) -> Json {
    Json::lines(of.list("list").map(|item| {
        let mut object = Object::new();
        object.put("text", Text::of(item.get("title")).mixed(Layout::Left));
        object.int("id", item.int("id"));
        object.into()
    }))
}

fn giveaway(cx: &Context<'_>, media: Tl<'_>) -> Json {
    let mut object = Object::new();
    object.int("quantity", media.int("quantity"));
    object.int("months", media.int("months"));
    object.put("until_date", cx.date(media.int("until_date")));
    object.put(
        "channels",
        Json::lines(media.ints("channels").map(Json::int)),
    );
    object.put(
        "countries",
        Json::lines(media.texts("countries_iso2").map(Json::text)),
    );
    object.put(
        "additional_prize",
        Json::text(media.text("prize_description")),
    );
    object.int("stars", media.int("stars"));
    object.flag(
        "is_only_new_subscribers",
        media.flag("only_new_subscribers"),
    );
    object.into()
}

fn giveaway_results(cx: &Context<'_>, media: Tl<'_>) -> Json {
    let mut object = Object::new();
    object.int("channel", media.int("channel_id"));
    object.put("winners", Json::lines(media.ints("winners").map(Json::int)));
    object.put(
        "additional_prize",
        Json::text(media.text("prize_description")),
    );
    object.put("until_date", cx.date(media.int("until_date")));
    object.int("launch_message_id", media.int("launch_msg_id"));
    object.int(
        "additional_peers_count",
        media.int("additional_peers_count"),
    );
    object.int("winners_count", media.int("winners_count"));
    object.int("unclaimed_count", media.int("unclaimed_count"));
    object.int("months", media.int("months"));
    object.int("stars", media.int("stars"));
    object.flag("is_refunded", media.flag("refunded"));
    object.flag(
        "is_only_new_subscribers",
        media.flag("only_new_subscribers"),
    );
    object.into()
}

/// Telegram Desktop writes the price alone; what was paid for counts among the
/// files and gets its place all the same.
fn paid(cx: &mut Context<'_>, object: &mut Object, media: Tl<'_>) {
    object.int("paid_stars_amount", media.int("stars_amount"));
    for one in media.list("extended_media") {
        let inner = one.get("media");
        match inner.name() {
            "messageMediaPhoto" => drop(cx.photo(inner.get("photo"))),
            "messageMediaDocument" => drop(cx.document(inner.get("document"))),
            _ => {}
        }
    }
}
