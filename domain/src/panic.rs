//! Panics that end one piece of work, and not the task that does many.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

/// A piece of work panicked. What the panic said may hold anything: it is in
/// the log through the panic hook, and goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it panicked")]
pub struct Panicked;

/// Does a piece of work whose panic must not end who does it. Whatever the
/// work shared with others must be good to use after any of its awaits, as it
/// must be anyway for work that can be dropped there.
///
/// # Errors
/// When it panicked.
pub async fn caught<F: Future>(work: F) -> Result<F::Output, Panicked> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.map_err(|_| Panicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_of_the_work_alone() {
        assert_eq!(caught(async { 7 }).now_or_never(), Some(Ok(7)));
        let panics = async {
            assert!(std::hint::black_box(false), "hunter2");
        };
        let error = caught(panics).now_or_never().unwrap().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
