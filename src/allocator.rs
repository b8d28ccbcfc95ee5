//! What the program's memory comes from.

use tikv_jemallocator::Jemalloc;

/// Gives memory that is free back to the system at once, which the C library's
/// allocator does not: thousands of sessions that lose their connection a few
/// times would leave gigabytes behind. How it is set up is built in, from
/// `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[cfg(test)]
mod tests {
    use tikv_jemalloc_ctl::config;

    #[test]
    fn memory_that_is_free_goes_back_at_once_in_every_build() {
        let built_in = config::malloc_conf::read().unwrap();
        assert_eq!(
            built_in.trim_end_matches('\0'),
            "dirty_decay_ms:0,muzzy_decay_ms:0"
        );
    }
}
