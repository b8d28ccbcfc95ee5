//! A place in memory that tells time by the test's clock, can be damaged and
//! fails when it is told to.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use sesame_domain::time::{Clock, ManualClock, Timestamp};

/// How a put fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing arrives.
    Lost,
    /// It arrives, but the answer does not.
    Unanswered,
    /// There is no room.
    Full,
    /// It is not allowed.
    Denied,
}

pub(super) struct TestStore {
    files: InMemory,
    times: Arc<Mutex<HashMap<Path, Timestamp>>>,
    clock: Arc<ManualClock>,
    puts: AtomicUsize,
    fails: Mutex<Option<(usize, Failure)>>,
}

impl TestStore {
    pub(super) fn new(clock: Arc<ManualClock>) -> Self {
        Self {
            files: InMemory::new(),
            times: Arc::default(),
            clock,
            puts: AtomicUsize::new(0),
            fails: Mutex::default(),
        }
    }

    /// From the put with this number on (0 is the next), everything fails.
    pub(super) fn fail_from(&self, put: usize, failure: Failure) {
        self.puts.store(0, Ordering::SeqCst);
        *self.fails.lock().unwrap() = Some((put, failure));
    }

    pub(super) fn work_again(&self) {
        *self.fails.lock().unwrap() = None;
    }

    /// Every file, by name.
    pub(super) async fn files(&self) -> Vec<String> {
        let all = self.files.list(None);
        let mut all: Vec<String> = all
            .map(|meta| meta.unwrap().location.to_string())
            .collect()
            .await;
        all.sort();
        all
    }

    /// Files of one folder.
    pub(super) async fn files_in(&self, folder: &str) -> Vec<String> {
        let mut files = self.files().await;
        files.retain(|file| file.starts_with(&format!("{folder}/")));
        files
    }

    pub(super) async fn read(&self, file: &str) -> Vec<u8> {
        let file = self.files.get(&Path::from(file)).await.unwrap();
        file.bytes().await.unwrap().to_vec()
    }

    pub(super) async fn write(&self, file: &str, bytes: Vec<u8>) {
        let path = Path::from(file);
        self.files.put(&path, bytes.into()).await.unwrap();
    }

    pub(super) async fn remove(&self, file: &str) {
        self.files.delete(&Path::from(file)).await.unwrap();
    }

    fn failure(&self) -> Option<Failure> {
        let put = self.puts.fetch_add(1, Ordering::SeqCst);
        let fails = *self.fails.lock().unwrap();
        fails.and_then(|(from, failure)| (put >= from).then_some(failure))
    }
}

fn generic(kind: ErrorKind) -> object_store::Error {
    object_store::Error::Generic {
        store: "test",
        source: Box::new(io::Error::from(kind)),
    }
}

#[async_trait]
impl ObjectStore for TestStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let failure = self.failure();
        match failure {
            Some(Failure::Lost) => return Err(generic(ErrorKind::ConnectionReset)),
            Some(Failure::Full) => return Err(generic(ErrorKind::StorageFull)),
            Some(Failure::Denied) => {
                return Err(object_store::Error::PermissionDenied {
                    path: location.to_string(),
                    source: "no".into(),
                });
            }
            Some(Failure::Unanswered) | None => {}
        }
        let now = self.clock.now();
        self.times.lock().unwrap().insert(location.clone(), now);
        let result = self.files.put_opts(location, payload, opts).await?;
        match failure {
            Some(_) => Err(generic(ErrorKind::TimedOut)),
            None => Ok(result),
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.files.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let times = self.times.clone();
        let files = self.files.list(prefix);
        files
            .map(move |meta| {
                let mut meta = meta?;
                if let Some(time) = times.lock().unwrap().get(&meta.location) {
                    meta.last_modified = *time;
                }
                Ok(meta)
            })
            .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }
}

impl fmt::Debug for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestStore")
    }
}

impl fmt::Display for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestStore")
    }
}
