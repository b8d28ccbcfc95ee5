//! The transitions: those that are the same by every way (`apply`), and those
//! of the QR code, of the questions and of the end.

mod apply;
mod finishing;
mod proving;
mod qr;
