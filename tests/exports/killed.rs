//! A copy on the command line that is killed at random moments.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use sesame_test_support::sesame::Program;

use crate::harbour::{Harbour, all_files};

/// How often it is killed.
const KILLS: u32 = 200;
const SOON: Duration = Duration::from_secs(30);

/// What people see in a folder, by name, but for when it was put together.
fn seen(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let own = folder.join(".sesame");
    let seen = all_files(folder).into_iter().filter_map(|path| {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let mut bytes = fs::read(&path).unwrap();
        if name == "manifest.json" {
            let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let made = manifest.as_object_mut().unwrap().remove("made_at");
            assert!(made.is_some());
            bytes = manifest.to_string().into_bytes();
        }
        (!path.starts_with(&own)).then_some((name, bytes))
    });
    seen.collect()
}

/// A random number below 1.
fn chance() -> f64 {
    let random = u32::try_from(fastrand()).unwrap();
    f64::from(random) / f64::from(u32::MAX)
}

fn fastrand() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    RandomState::new().build_hasher().finish() >> 32
}

/// Without pauses between calls, and from the test's zone of time.
fn fast(program: Program) -> Program {
    program
        .set("THROTTLE_FLOOR_MS", "0")
        .set("THROTTLE_CEILING_MS", "0")
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn a_copy_that_is_killed_at_random_moments_equals_one_that_was_not() {
    let sizes: Vec<u64> = (1..=40).map(|number| number * 37_003).collect();
    let mut harbour = Harbour::set(12_000, &sizes, fast).await;
    // Without Redis no two processes have the same session open.
    harbour.server.stop("TERM").await.unwrap();
    let root = tempfile::tempdir().unwrap();
    let export = |folder: &Path| {
        let folder = folder.display().to_string();
        let words = ["dialogs", "export", &harbour.chat, &folder, "--yes"];
        harbour.server.program.instead(words)
    };
    let undisturbed = root.path().join("undisturbed");
    let began = Instant::now();
    let said = export(&undisturbed).run().await.unwrap();
    assert!(said.status.success(), "{}{}", said.out, said.err);
    let whole = began.elapsed();
    let expected = seen(&undisturbed);
    let (mut killed, mut copies, mut most) = (0, 0, 0);
    while killed < KILLS {
        let folder = root.path().join(format!("copy{copies}"));
        let mut times = 0;
        loop {
            let mut running = export(&folder).begin().unwrap();
            let alive = whole.mul_f64(chance());
            if let Some(status) = running.ended(alive).await.unwrap() {
                assert!(status.success(), "{status}");
                break;
            }
            running.stop("KILL", SOON).await.unwrap();
            times += 1;
        }
        let found = seen(&folder);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>()
        );
        for (name, content) in &found {
            assert!(expected[name] == *content, "{name} of copy {copies}");
        }
        fs::remove_dir_all(&folder).unwrap();
        killed += times;
        copies += 1;
        most = most.max(times);
    }
    eprintln!(
        "{killed} kills within {copies} copies, up to {most} of one; each equals the one that took {:.1} s undisturbed",
        whole.as_secs_f64()
    );
}
