//! Words within a block.

use grammers_tl_types::enums::{InlineButtonType, RichText as Given};
use sesame_domain::reading::EntityKind;

use super::super::reading::schema_name;
use super::writer::Writer;

/// Writes the words of a text. What has no word in the domain goes by its name in the
/// schema.
pub(super) fn write(to: &mut Writer, text: &Given) {
    let (kind, within) = match text {
        Given::TextEmpty | Given::TextImage(_) => return,
        Given::TextPlain(it) => return to.push(&it.text),
        Given::TextConcat(it) => return it.texts.iter().for_each(|part| write(to, part)),
        Given::TextAnchor(it) => return write(to, &it.text),
        Given::TextMath(it) => {
            return to.formatted(EntityKind::Other(schema_name(text)), |to| {
                to.push(&it.source);
            });
        }
        Given::TextCustomEmoji(it) => {
            let document = it.document_id;
            return to.formatted(EntityKind::CustomEmoji { document }, |to| to.push(&it.alt));
        }
        Given::TextBold(it) => (EntityKind::Bold, &it.text),
        Given::TextItalic(it) => (EntityKind::Italic, &it.text),
        Given::TextUnderline(it) => (EntityKind::Underline, &it.text),
        Given::TextStrike(it) => (EntityKind::Strike, &it.text),
        Given::TextFixed(it) => (EntityKind::Code, &it.text),
        Given::TextSpoiler(it) => (EntityKind::Spoiler, &it.text),
        // To another place in the same message: that leads nowhere else.
        Given::TextUrl(it) if it.url.starts_with('#') => return write(to, &it.text),
        Given::TextUrl(it) => (link(&it.url), &it.text),
        Given::TextButton(it) => match leads_to(&it.r#type) {
            Some(url) => (link(url), &it.text),
            None => (EntityKind::Other(schema_name(text)), &it.text),
        },
        Given::TextMention(it) => (EntityKind::Mention, &it.text),
        Given::TextHashtag(it) => (EntityKind::Hashtag, &it.text),
        Given::TextBotCommand(it) => (EntityKind::BotCommand, &it.text),
        Given::TextCashtag(it) => (EntityKind::Cashtag, &it.text),
        Given::TextAutoUrl(it) => (EntityKind::Url, &it.text),
        Given::TextAutoEmail(it) => (EntityKind::Email, &it.text),
        Given::TextAutoPhone(it) => (EntityKind::Phone, &it.text),
        Given::TextBankCard(it) => (EntityKind::BankCard, &it.text),
        Given::TextMentionName(it) => (EntityKind::MentionName { user: it.user_id }, &it.text),
        Given::TextDate(it) => (EntityKind::Date { date: it.date }, &it.text),
        // An address or a number behind other words is neither in them nor a link.
        Given::TextEmail(it) => (EntityKind::Other(schema_name(text)), &it.text),
        Given::TextPhone(it) => (EntityKind::Other(schema_name(text)), &it.text),
        // Of what was replaced, what stands there now.
        Given::TextDiff(it) => (EntityKind::Other(schema_name(text)), &it.text),
        Given::TextSubscript(it) => (EntityKind::Other(schema_name(text)), &it.text),
        Given::TextSuperscript(it) => (EntityKind::Other(schema_name(text)), &it.text),
        Given::TextMarked(it) => (EntityKind::Other(schema_name(text)), &it.text),
        Given::TextTonAddress(it) => (EntityKind::Other(schema_name(text)), &it.text),
    };
    to.formatted(kind, |to| write(to, within));
}

/// A link under words.
pub(super) fn link(url: &str) -> EntityKind {
    EntityKind::TextUrl {
        url: url.to_owned(),
    }
}

/// The page that a button opens.
pub(super) fn leads_to(button: &InlineButtonType) -> Option<&str> {
    match button {
        InlineButtonType::Url(it) => Some(&it.url),
        // These are addresses of apps, for which a session is asked.
        InlineButtonType::UrlAuth(_)
        | InlineButtonType::InputInlineButtonTypeUrlAuth(_)
        | InlineButtonType::WebView(_)
        | InlineButtonType::Callback(_)
        | InlineButtonType::Game
        | InlineButtonType::Buy
        | InlineButtonType::SwitchInline(_)
        | InlineButtonType::UserProfile(_)
        | InlineButtonType::InputInlineButtonTypeUserProfile(_)
        | InlineButtonType::Copy(_)
        | InlineButtonType::Disabled => None,
    }
}
