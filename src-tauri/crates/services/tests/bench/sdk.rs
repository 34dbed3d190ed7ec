//! TikTok's own Python SDK reading the same pages.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::world::{Partner, Told};

/// How long it takes for an object, from all pages of one ad account.
pub fn read(told: &Told, partner: &Partner) -> Duration {
    let account = &partner.accounts[0];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
    let python = std::env::var("OFFICIAL_SDK").expect("OFFICIAL_SDK: the Python that has TikTok's SDK");
    let told = Command::new(python)
        .arg(root.join("tests/official_sdk/read_all.py"))
        .args([&told.address, &told.token, account.as_str()])
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success(), "{out}{error}");
    let [objects, media, seconds] = out.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{out}") };
    let ours: u32 =
        ["campaign", "ad_group", "ad", "audience"].iter().map(|kind| partner.count(account, kind)).sum();
    assert_eq!(objects.parse::<u32>().unwrap(), ours, "the SDK finds the same objects");
    assert_eq!(media.parse::<u32>().unwrap(), partner.count(account, "media"), "and what the ads show");
    Duration::from_secs_f64(seconds.parse::<f64>().unwrap() / objects.parse::<f64>().unwrap())
}
