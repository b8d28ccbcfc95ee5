//! Why something failed, in one line.

use std::error::Error;
use std::fmt;

/// An error and everything that caused it, in one line.
///
/// Most errors say what could not be done and leave the reason to what caused
/// them; a log that shows the first alone tells no one what to put right. A
/// cause whose words an error repeats already is not said twice.
#[derive(Clone, Copy)]
pub struct Reason<'a>(&'a (dyn Error + 'a));

impl<'a> Reason<'a> {
    /// Of this error; for the log: `error = %Reason::of(&error)`.
    pub fn of(error: &'a (dyn Error + 'a)) -> Self {
        Self(error)
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let words = error.to_string();
            if !said.contains(&words) {
                write!(f, ": {words}")?;
                said = words;
            }
            cause = error.source();
        }
        Ok(())
    }
}

/// The same words: nothing that an error keeps to itself is shown.
impl fmt::Debug for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::ports::StoreError;

    #[derive(Debug, thiserror::Error)]
    #[error("the login was not stored")]
    struct NotStored(#[source] StoreError);

    #[derive(Debug, thiserror::Error)]
    #[error("a network error: {0}")]
    struct SaidAlready(#[source] io::Error);

    #[test]
    fn the_last_cause_is_said_too() {
        let error = NotStored(StoreError::unavailable(io::Error::other("no room")));
        assert_eq!(
            Reason::of(&error).to_string(),
            "the login was not stored: storage is unavailable: no room"
        );
    }

    #[test]
    fn what_was_said_is_not_repeated() {
        let error = SaidAlready(io::Error::other("reset"));
        assert_eq!(Reason::of(&error).to_string(), "a network error: reset");
    }
}
