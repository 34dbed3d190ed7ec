//! Reads the same pages with TikTok's official Python SDK.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::simulator::{Access, Partner};

/// Reads all pages of one ad account. Returns the average duration per object.
pub fn read(access: &Access, partner: &Partner) -> Duration {
    let account = &partner.accounts[0];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
    let python = std::env::var("OFFICIAL_SDK").expect("OFFICIAL_SDK must be a Python with TikTok's SDK");
    let output = Command::new(python)
        .arg(root.join("tests/official_sdk/read_all.py"))
        .args([&access.address, &access.token, account.as_str()])
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    let [objects, media, seconds] = stdout.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{stdout}")
    };
    let expected: u32 =
        ["campaign", "ad_group", "ad", "audience"].iter().map(|kind| partner.count(account, kind)).sum();
    assert_eq!(objects.parse::<u32>().unwrap(), expected, "the object counts differ");
    assert_eq!(media.parse::<u32>().unwrap(), partner.count(account, "media"), "the media counts differ");
    Duration::from_secs_f64(seconds.parse::<f64>().unwrap() / objects.parse::<f64>().unwrap())
}
