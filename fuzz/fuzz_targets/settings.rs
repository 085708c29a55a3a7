//! Starts libFuzzer on the target of that name.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nextcloud_opencode_bot_fuzz::settings;

fuzz_target!(|data: &[u8]| settings::check(data));
