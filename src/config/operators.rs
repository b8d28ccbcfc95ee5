//! The operators.

use sesame_domain::operator::Operators as List;

use super::section::section;
use super::setting::setting;

section! {
    /// The operators.
    pub(crate) struct Operators: "Operators" {
        /// Who may open the operators' pages (`/admin` in the bot's chat gives them a
        /// link): Telegram ids, each with a colon and a role, with spaces between them. A
        /// `viewer` looks, an `operator` does what is done every day, an `owner` also what
        /// cannot be taken back. With an @ and the name of a TENANT: there alone.
        /// Whoever is taken out of the list is signed out with the next start. To be
        /// alike on all nodes.
        operators: Option<List> = setting(
            "OPERATORS",
            "Telegram ids with roles, such as 4410297756:owner 1001:viewer@harbour",
        )
        .example("4410297756:owner 1001:viewer@harbour")
        .optional(),
    }
}
