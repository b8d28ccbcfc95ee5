//! By which way a dialog is read for an export.

/// By which way a dialog is read for an export. It changes nothing of what the export
/// has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportWay {
    /// As everything is read, under the ordinary limits.
    #[default]
    Ordinary,
    /// Inside of an export of Telegram's (a takeout), to which the person agreed: its
    /// limits are milder, and Telegram may ask on their other devices first.
    Takeout,
}

impl ExportWay {
    /// By takeout, if that was agreed to.
    pub fn by_takeout(is_agreed: bool) -> Self {
        if is_agreed {
            Self::Takeout
        } else {
            Self::Ordinary
        }
    }
}
