//! How parts of a text are formatted, in the domain's words.

use grammers_tl_types::enums::MessageEntity as Given;
use sesame_domain::reading::{Entity, EntityKind};

use super::reading::{count, schema_name};

/// The entities of a text.
pub(super) fn entities(given: &[Given]) -> Vec<Entity> {
    given
        .iter()
        .map(|entity| Entity {
            offset: count(entity.offset()),
            length: count(entity.length()),
            kind: kind(entity),
        })
        .collect()
}

fn kind(entity: &Given) -> EntityKind {
    match entity {
        Given::Mention(_) => EntityKind::Mention,
        Given::Hashtag(_) => EntityKind::Hashtag,
        Given::Cashtag(_) => EntityKind::Cashtag,
        Given::BotCommand(_) => EntityKind::BotCommand,
        Given::Url(_) => EntityKind::Url,
        Given::TextUrl(it) => EntityKind::TextUrl {
            url: it.url.clone(),
        },
        Given::Email(_) => EntityKind::Email,
        Given::Phone(_) => EntityKind::Phone,
        Given::BankCard(_) => EntityKind::BankCard,
        Given::Bold(_) => EntityKind::Bold,
        Given::Italic(_) => EntityKind::Italic,
        Given::Underline(_) => EntityKind::Underline,
        Given::Strike(_) => EntityKind::Strike,
        Given::Spoiler(_) => EntityKind::Spoiler,
        Given::Code(_) => EntityKind::Code,
        Given::Pre(it) => EntityKind::Pre {
            language: it.language.clone(),
        },
        Given::Blockquote(it) => EntityKind::Blockquote {
            is_collapsed: it.collapsed,
        },
        Given::MentionName(it) => EntityKind::MentionName { user: it.user_id },
        Given::CustomEmoji(it) => EntityKind::CustomEmoji {
            document: it.document_id,
        },
        Given::FormattedDate(it) => EntityKind::Date { date: it.date },
        Given::Unknown(_)
        | Given::InputMessageEntityMentionName(_)
        | Given::DiffInsert(_)
        | Given::DiffReplace(_)
        | Given::DiffDelete(_)
        | Given::TonAddress(_) => EntityKind::Other(schema_name(entity)),
    }
}
