//! What our buttons say when they are pressed.

use sesame_domain::ids::AccountId;

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
        }
    }

    /// The button with this data; `None`: from another time, or made up.
    pub(crate) fn parse(data: &str) -> Option<Self> {
        let (what, id) = data.rsplit_once(':')?;
        let id = id.parse().ok()?;
        match what {
            "unlink:ask" => Some(Self::AskUnlink(id)),
            "unlink:yes" => Some(Self::Unlink(id)),
            "unlink:keep" => Some(Self::Keep(id)),
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
    #[case("")]
    #[case("unlink:yes")]
    #[case("unlink:yes:7")]
    #[case("delete:all:01890a5d-ac96-774b-bcce-b302099a8057")]
    fn other_data_is_not_a_button(#[case] data: &str) {
        assert_eq!(Button::parse(data), None);
    }
}
