//! Which columns of a table are read.

/// Which columns of a table are read, or which members of an object in JSON.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// The session.
    pub session: &'a str,
    /// The person's Telegram id; `None`: it is not asked for.
    pub person: Option<&'a str>,
    /// Whether there must be one for the person.
    pub person_is_named: bool,
    /// The tenant; `None`: it is not asked for.
    pub tenant: Option<&'a str>,
}

impl<'a> Columns<'a> {
    /// The column of the person's id, where none is named.
    pub const USUAL_PERSON: &'static str = "user_id";

    /// The person's id in this column, or else in the usual one, if there is.
    #[must_use]
    pub fn of_person(self, named: Option<&'a str>) -> Self {
        Self {
            person: Some(named.unwrap_or(Self::USUAL_PERSON)),
            person_is_named: named.is_some(),
            ..self
        }
    }
}
