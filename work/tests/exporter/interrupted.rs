//! Exports that are cut off anywhere, and go on.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use sesame_work::exporter::{ExportFolder, ExportStopped};
use tempfile::tempdir;

use crate::dialog::{Dialog, export, opened, seen};

/// A future that is polled so often and then no more.
pub(crate) struct Cut<F> {
    pub(crate) inner: F,
    pub(crate) polls: u32,
}

impl<F: Future + Unpin> Future for Cut<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(left) = self.polls.checked_sub(1) else {
            return Poll::Ready(None);
        };
        self.polls = left;
        Pin::new(&mut self.inner).poll(cx).map(Some)
    }
}

/// Numbers that look random and are always the same (splitmix64).
pub(crate) fn dice(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[tokio::test]
async fn an_export_that_is_cut_off_two_hundred_times_is_like_one_that_was_not() {
    let (whole, cut) = (tempdir().unwrap(), tempdir().unwrap());
    let dialog = Dialog::of(420);
    let undisturbed = ExportFolder::open(whole.path()).unwrap();
    export(&dialog, &undisturbed).await.unwrap();
    let mut seed = 1;
    let mut cuts = 0;
    loop {
        let folder = opened(cut.path()).await;
        let run = pin!(export(&dialog, &folder));
        // Short ones are begun again until one comes further.
        let polls = 2 + u32::try_from(dice(&mut seed) % 60).unwrap();
        let polls = if cuts < 200 { polls } else { u32::MAX };
        if let Some(done) = (Cut { inner: run, polls }).await {
            done.unwrap();
            if cuts >= 200 {
                break;
            }
        }
        cuts += 1;
    }
    let (whole, cut) = (seen(whole.path()), seen(cut.path()));
    assert_eq!(
        whole.keys().collect::<Vec<_>>(),
        cut.keys().collect::<Vec<_>>()
    );
    for (name, content) in &whole {
        assert!(content == &cut[name], "{name} is not the same");
    }
}

#[tokio::test]
async fn a_flood_stops_it_where_it_is_and_it_goes_on_from_there() {
    let (whole, flooded) = (tempdir().unwrap(), tempdir().unwrap());
    let dialog = Dialog::of(150);
    let undisturbed = ExportFolder::open(whole.path()).unwrap();
    export(&dialog, &undisturbed).await.unwrap();
    let calls = dialog.calls.load(std::sync::atomic::Ordering::SeqCst);
    for call in 0..calls {
        dialog.calls.store(0, std::sync::atomic::Ordering::SeqCst);
        dialog.faults.lock().unwrap().flood_at = Some(call);
        let folder = opened(flooded.path()).await;
        match export(&dialog, &folder).await {
            Err(ExportStopped::Flood { .. }) => {}
            Ok(_) => break,
            Err(error) => panic!("{error}"),
        }
    }
    dialog.faults.lock().unwrap().flood_at = None;
    let folder = opened(flooded.path()).await;
    export(&dialog, &folder).await.unwrap();
    assert_eq!(seen(whole.path()), seen(flooded.path()));
}
