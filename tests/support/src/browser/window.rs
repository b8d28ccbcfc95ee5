//! How a browser is looked at.

/// The size of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The narrowest phone that is looked after: 320 x 568.
    Narrow,
    /// A phone: 390 x 844, two pixels to a point, with touch.
    Phone,
    /// A desktop: 1280 x 800.
    Desktop,
}

/// What the person prefers (`prefers-color-scheme`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}
