//! On which page each message is.

/// A page's name.
pub(super) fn name(number: usize) -> String {
    match number {
        1 => "messages.html".to_owned(),
        number => format!("messages{number}.html"),
    }
}

/// On which page each message is that was written so far. Numbers that follow each
/// other on a page take one entry.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Run>);

#[derive(Debug)]
struct Run {
    first: i64,
    last: i64,
    page: usize,
}

impl Places {
    pub(super) fn add(&mut self, id: i64, page: usize) {
        match self.0.last_mut() {
            Some(run) if run.page == page && run.last.checked_add(1) == Some(id) => run.last = id,
            _ => self.0.push(Run {
                first: id,
                last: id,
                page,
            }),
        }
    }

    /// Where a message is, as an address on this page; `None`: it was not written.
    pub(super) fn address(&self, id: i64, on: usize) -> Option<String> {
        let after = self.0.partition_point(|run| run.first <= id);
        let run = self.0.get(after.checked_sub(1)?)?;
        (id <= run.last).then(|| {
            let page = if run.page == on {
                String::new()
            } else {
                name(run.page)
            };
            format!("{page}#message{id}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_on_its_page_and_one_that_is_not_there_is_not() {
        let mut places = Places::default();
        for (id, page) in [(-5, 1), (1, 1), (2, 1), (3, 2), (4, 2), (9, 2)] {
            places.add(id, page);
        }
        assert_eq!(places.0.len(), 4);
        for (id, on, address) in [
            (-5, 2, Some("messages.html#message-5")),
            (2, 1, Some("#message2")),
            (3, 1, Some("messages2.html#message3")),
            (9, 2, Some("#message9")),
            (5, 2, None),
            (0, 1, None),
            (-9, 1, None),
        ] {
            assert_eq!(places.address(id, on).as_deref(), address, "{id}");
        }
    }
}
