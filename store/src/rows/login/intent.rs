//! What someone wants of a login, by its name.

use sesame_domain::ports::{Intent, StoreError};

/// The intent with this name.
pub(crate) fn intent(name: Option<&str>) -> Result<Option<Intent>, StoreError> {
    match name {
        None => Ok(None),
        Some("cancel") => Ok(Some(Intent::Cancel)),
        Some("supersede") => Ok(Some(Intent::Supersede)),
        Some(_) => Err(StoreError::inconsistent("the intent for a login")),
    }
}

/// The name of an intent; never changed.
pub(crate) fn intent_name(intent: Intent) -> &'static str {
    match intent {
        Intent::Cancel => "cancel",
        Intent::Supersede => "supersede",
    }
}
