//! Commands as phones type them.

use sesame_domain::display_name::{is_blank, is_unseen};

use super::command::Command;
use crate::leaked_secret::plain;

impl Command {
    /// The command at the beginning of a text, if it is one of ours and meant
    /// for the bot of that name. Keyboards begin with a capital letter, add
    /// blanks and lines, and hide characters that no one sees; what follows the
    /// command says nothing that we need.
    pub(crate) fn typed(text: &str, bot: &str) -> Option<Self> {
        let text = text.trim_start_matches(|letter| is_blank(letter) || is_unseen(letter));
        let first = text.split(is_blank).next()?;
        let first = plain(first);
        let first = first.strip_prefix('/')?;
        let (name, addressee) = match first.split_once('@') {
            Some((name, addressee)) => (name, Some(addressee)),
            None => (first, None),
        };
        if addressee.is_some_and(|name| !name.eq_ignore_ascii_case(bot)) {
            return None;
        }
        let mut known = Self::ALL.into_iter().chain([Self::Admin]);
        known.find(|command| command.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/start")]
    #[case("/Start")]
    #[case("/START")]
    #[case("/start from_a_deep_link")]
    #[case("/start 12345")]
    #[case("/start\nsecond line")]
    #[case("/start\u{a0}x")]
    #[case("/start  ")]
    #[case("  \n/start")]
    #[case("\u{200b}\u{feff}/start")]
    #[case("\u{200e}/start\u{200e}")]
    #[case("／start")]
    #[case("／ＳＴＡＲＴ")]
    #[case("/start@sesame_bot")]
    #[case("/Start@Sesame_Bot now")]
    fn a_command_is_understood_as_phones_type_it(#[case] text: &str) {
        assert_eq!(Command::typed(text, "Sesame_bot"), Some(Command::Start));
    }

    #[rstest]
    #[case("")]
    #[case("start")]
    #[case("/")]
    #[case("/ start")]
    #[case("//start")]
    #[case("/start_all")]
    #[case("/starting")]
    #[case("/start@other_bot")]
    #[case("/start@")]
    #[case("please /start")]
    fn what_is_not_ours_is_not_understood(#[case] text: &str) {
        assert_eq!(Command::typed(text, "sesame_bot"), None);
    }
}
