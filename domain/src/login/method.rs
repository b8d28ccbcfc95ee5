//! The ways to sign in.

/// By which way the person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By scanning a QR code.
    Qr,
    /// By phone number and code.
    Phone,
}

impl Method {
    /// All there are.
    pub const ALL: &[Self] = &[Self::Qr, Self::Phone];

    /// The name in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Phone => "phone",
        }
    }
}
