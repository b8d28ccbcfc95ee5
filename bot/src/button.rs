//! What our buttons say when they are pressed.

use chrono::DateTime;
use sesame_domain::ids::{AccountId, ConfirmationId};
use sesame_domain::time::Timestamp;

/// What a button wants. In its data there is only what and which: whose
/// account it is follows from who presses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Button {
    /// Ask whether to unlink this account.
    AskUnlink(AccountId),
    /// Unlink it.
    Unlink(AccountId),
    /// Leave it as it is.
    Keep(AccountId),
    /// Erase everything about the person, who was asked at that moment (in
    /// whole seconds).
    Erase(Timestamp),
    /// Erase nothing.
    KeepAll,
    /// An operator wants this done.
    Confirm(ConfirmationId),
    /// They do not.
    Decline(ConfirmationId),
}

impl Button {
    /// The button's data: at most 64 bytes.
    ///
    /// Source: core.telegram.org/bots/api#inlinekeyboardbutton.
    pub(crate) fn data(self) -> String {
        match self {
            Self::AskUnlink(id) => format!("unlink:ask:{id}"),
            Self::Unlink(id) => format!("unlink:yes:{id}"),
            Self::Keep(id) => format!("unlink:keep:{id}"),
            Self::Erase(asked_at) => format!("erase:yes:{}", asked_at.timestamp()),
            Self::KeepAll => "erase:keep".to_owned(),
            Self::Confirm(id) => format!("confirm:yes:{id}"),
            Self::Decline(id) => format!("confirm:no:{id}"),
        }
    }

    /// The button with this data; `None`: from another time, or made up.
    pub(crate) fn parse(data: &str) -> Option<Self> {
        if data == "erase:keep" {
            return Some(Self::KeepAll);
        }
        let (what, which) = data.rsplit_once(':')?;
        let account = || which.parse().ok();
        match what {
            "unlink:ask" => account().map(Self::AskUnlink),
            "unlink:yes" => account().map(Self::Unlink),
            "unlink:keep" => account().map(Self::Keep),
            "confirm:yes" => which.parse().ok().map(Self::Confirm),
            "confirm:no" => which.parse().ok().map(Self::Decline),
            "erase:yes" => DateTime::from_timestamp(which.parse().ok()?, 0).map(Self::Erase),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Button::AskUnlink)]
    #[case(Button::Unlink)]
    #[case(Button::Keep)]
    fn what_a_button_says_is_understood_and_fits(#[case] kind: fn(AccountId) -> Button) {
        let id: AccountId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let data = kind(id).data();
        assert!(data.len() <= 64);
        assert_eq!(Button::parse(&data), Some(kind(id)));
    }

    #[rstest]
    #[case(Button::Confirm)]
    #[case(Button::Decline)]
    fn an_operators_answer_is_understood_and_fits(#[case] kind: fn(ConfirmationId) -> Button) {
        let id: ConfirmationId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let data = kind(id).data();
        assert!(data.len() <= 64);
        assert_eq!(Button::parse(&data), Some(kind(id)));
    }

    #[test]
    fn the_question_about_erasing_knows_its_moment() {
        let asked_at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for button in [Button::Erase(asked_at), Button::KeepAll] {
            assert_eq!(Button::parse(&button.data()), Some(button));
        }
    }

    #[rstest]
    #[case("")]
    #[case("erase:yes")]
    #[case("erase:yes:")]
    #[case("erase:yes:now")]
    #[case("erase:yes:9223372036854775807")]
    #[case("erase:everything")]
    #[case("unlink:yes")]
    #[case("unlink:yes:7")]
    #[case("delete:all:01890a5d-ac96-774b-bcce-b302099a8057")]
    fn other_data_is_not_a_button(#[case] data: &str) {
        assert_eq!(Button::parse(data), None);
    }
}
