//! What is in the packages, as the systems' own checkers see it.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::packages::{NOW, deb, rpm, said};

const SIZES: [u32; 9] = [16, 22, 24, 32, 48, 64, 128, 256, 512];

fn unpacked() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    said(Command::new("dpkg-deb").arg("--extract").arg(deb(NOW)).arg(folder.path()));
    folder
}

fn field(name: &str) -> String {
    said(Command::new("dpkg-deb").arg("--field").arg(deb(NOW)).arg(name)).trim().to_owned()
}

#[test]
#[ignore = "needs root and a while: make test-packages"]
fn lintian_finds_neither_errors_nor_warnings() {
    let all = ["--allow-root", "--no-cfg", "--fail-on", "error,warning"];
    let found = said(Command::new("lintian").args(all).arg(deb(NOW)));
    assert_eq!(found, "");
}

#[test]
#[ignore = "needs root and a while: make test-packages"]
fn the_desktop_entry_and_the_appstream_metadata_are_valid() {
    let root = unpacked();
    let share = root.path().join("usr/share");
    said(Command::new("desktop-file-validate").arg(share.join("applications/xpo-admin.desktop")));
    let metainfo = share.join("metainfo/com.knorex.xpo-admin.metainfo.xml");
    said(Command::new("appstreamcli").args(["validate", "--no-net", "--explain"]).arg(&metainfo));
    let text = fs::read_to_string(metainfo).unwrap();
    assert!(text.contains("<launchable type=\"desktop-id\">xpo-admin.desktop</launchable>"));
    let newest = text.split("<release version=\"").nth(1).unwrap().split('"').next();
    assert_eq!(newest, Some(NOW), "the metadata and Cargo.toml name different versions");
}

#[test]
#[ignore = "needs root and a while: make test-packages"]
fn the_change_log_ends_with_this_version() {
    let root = unpacked();
    let log = root.path().join("usr/share/doc/xpo-admin/changelog.gz");
    let text = said(Command::new("zcat").arg(log));
    assert!(text.starts_with(&format!("xpo-admin ({NOW}) ")), "{text}");
}

#[test]
#[ignore = "needs root and a while: make test-packages"]
fn the_licences_of_what_is_built_in_come_with_it() {
    let root = unpacked();
    let texts = root.path().join("usr/share/doc/xpo-admin/third-party-licences.gz");
    let texts = said(Command::new("zcat").arg(texts));
    for library in ["\ntauri 2.", "\nrusqlite 0.", "\nsvelte 5.", "\nbits-ui 2."] {
        assert!(texts.contains(library), "{library} is not named");
    }
    assert!(texts.contains("Permission is hereby granted, free of charge"));
}

#[test]
#[ignore = "needs root and a while: make test-packages"]
fn both_packages_hold_the_icon_in_every_size() {
    let listed = said(Command::new("rpm").args(["--query", "--list", "--package"]).arg(rpm()));
    let in_rpm: BTreeSet<&str> = listed.lines().collect();
    let root = unpacked();
    let theme = "usr/share/icons/hicolor";
    let pixels = SIZES.map(|size| format!("{theme}/{size}x{size}/apps/xpo-admin.png"));
    let drawn = ["scalable/apps/xpo-admin.svg", "symbolic/apps/xpo-admin-symbolic.svg"];
    for place in pixels.into_iter().chain(drawn.map(|name| format!("{theme}/{name}"))) {
        assert!(root.path().join(&place).is_file(), "{place} is not in the deb");
        assert!(in_rpm.contains(&*format!("/{place}")), "{place} is not in the rpm");
    }
}

#[test]
#[ignore = "needs root and a while: make test-packages"]
fn the_deb_asks_for_what_the_program_is_linked_with() {
    let root = unpacked();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("debian")).unwrap();
    fs::write(folder.path().join("debian/control"), "Source: x\n\nPackage: x\nArchitecture: any\n").unwrap();
    let mut linked = Command::new("dpkg-shlibdeps");
    linked.current_dir(folder.path()).arg("-O").arg(root.path().join("usr/bin/xpo-admin"));
    let needed = said(&mut linked);
    let needed = needed.trim().trim_start_matches("shlibs:Depends=");
    let depends = field("Depends");
    let asked: BTreeSet<&str> = depends.split(", ").collect();
    for library in needed.split(", ") {
        assert!(asked.contains(library), "{library} is not among {depends}");
    }
}

#[test]
#[ignore = "needs root and a while: make test-packages"]
fn the_rpm_asks_for_webkitgtk_and_names_its_licence() {
    let ask = |what: &str| said(Command::new("rpm").args(["--query", "--package", what]).arg(rpm()));
    let requires = ask("--requires");
    for needed in ["webkit2gtk4.1 >= 2.42", "libwebkit2gtk-4.1.so.0()(64bit)"] {
        assert!(requires.contains(needed), "{requires}");
    }
    assert_eq!(ask("--queryformat=%{LICENSE} %{VERSION}"), format!("LicenseRef-Proprietary {NOW}"));
    assert!(ask("--list").contains("/usr/share/licenses/xpo-admin/LICENSE"));
}
