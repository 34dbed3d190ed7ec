//! The contents of the packages, checked with the distributions' own tools.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::build::{REPOSITORY, VERSION, deb, output_of, rpm};

const SIZES: [u32; 9] = [16, 22, 24, 32, 48, 64, 128, 256, 512];

fn extract_deb() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    output_of(Command::new("dpkg-deb").arg("--extract").arg(deb(VERSION)).arg(folder.path()));
    folder
}

fn deb_field(name: &str) -> String {
    output_of(Command::new("dpkg-deb").arg("--field").arg(deb(VERSION)).arg(name)).trim().to_owned()
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn lintian_reports_no_errors_or_warnings() {
    let all = ["--allow-root", "--no-cfg", "--fail-on", "error,warning"];
    let found = output_of(Command::new("lintian").args(all).arg(deb(VERSION)));
    assert_eq!(found, "");
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn the_desktop_entry_and_the_appstream_metadata_are_valid() {
    let root = extract_deb();
    let share = root.path().join("usr/share");
    output_of(Command::new("desktop-file-validate").arg(share.join("applications/xpo-admin.desktop")));
    let metainfo = share.join("metainfo/com.knorex.xpo-admin.metainfo.xml");
    output_of(Command::new("appstreamcli").args(["validate", "--no-net", "--explain"]).arg(&metainfo));
    let text = fs::read_to_string(metainfo).unwrap();
    assert!(text.contains("<launchable type=\"desktop-id\">xpo-admin.desktop</launchable>"));
    let newest = text.split("<release version=\"").nth(1).unwrap().split('"').next();
    assert_eq!(newest, Some(VERSION), "the metadata and Cargo.toml name different versions");
    let address = format!("<image>https://raw.githubusercontent.com/{REPOSITORY}/HEAD/");
    let pictures: Vec<&str> =
        text.split(&address).skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert!(
        !pictures.is_empty() && pictures.iter().all(|picture| fs::exists(picture).unwrap()),
        "{pictures:?}"
    );
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn the_changelog_starts_with_this_version() {
    let root = extract_deb();
    let log = root.path().join("usr/share/doc/xpo-admin/changelog.gz");
    let text = output_of(Command::new("zcat").arg(log));
    assert!(text.starts_with(&format!("xpo-admin ({VERSION}) ")), "{text}");
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn the_deb_contains_the_licenses_of_all_built_in_libraries() {
    let root = extract_deb();
    let texts = root.path().join("usr/share/doc/xpo-admin/third-party-licences.gz");
    let texts = output_of(Command::new("zcat").arg(texts));
    for library in ["\ntauri 2.", "\nrusqlite 0.", "\nsvelte 5.", "\nbits-ui 2."] {
        assert!(texts.contains(library), "{library} is not named");
    }
    assert!(texts.contains("Permission is hereby granted, free of charge"));
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn both_packages_contain_the_icon_in_every_size() {
    let listed = output_of(Command::new("rpm").args(["--query", "--list", "--package"]).arg(rpm()));
    let in_rpm: BTreeSet<&str> = listed.lines().collect();
    let root = extract_deb();
    let theme = "usr/share/icons/hicolor";
    let pixels = SIZES.map(|size| format!("{theme}/{size}x{size}/apps/xpo-admin.png"));
    let vectors = ["scalable/apps/xpo-admin.svg", "symbolic/apps/xpo-admin-symbolic.svg"];
    for path in pixels.into_iter().chain(vectors.map(|name| format!("{theme}/{name}"))) {
        assert!(root.path().join(&path).is_file(), "{path} is not in the deb");
        assert!(in_rpm.contains(&*format!("/{path}")), "{path} is not in the rpm");
    }
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn the_deb_depends_on_every_library_that_the_program_links() {
    let root = extract_deb();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("debian")).unwrap();
    fs::write(folder.path().join("debian/control"), "Source: x\n\nPackage: x\nArchitecture: any\n").unwrap();
    let mut linked = Command::new("dpkg-shlibdeps");
    linked.current_dir(folder.path()).arg("-O").arg(root.path().join("usr/bin/xpo-admin"));
    let needed = output_of(&mut linked);
    let needed = needed.trim().trim_start_matches("shlibs:Depends=");
    let depends = deb_field("Depends");
    let declared: BTreeSet<&str> = depends.split(", ").collect();
    for library in needed.split(", ") {
        assert!(declared.contains(library), "{library} is not in {depends}");
    }
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn the_packages_recommend_fonts_for_the_scripts_of_names() {
    let recommends = deb_field("Recommends");
    for fonts in ["fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"] {
        assert!(recommends.contains(fonts), "{recommends}");
    }
    let query = output_of(Command::new("rpm").args(["--query", "--package", "--recommends"]).arg(rpm()));
    for fonts in ["google-noto-sans-cjk-fonts", "google-noto-sans-thai-fonts", "noto-coloremoji-fonts"] {
        assert!(query.contains(fonts), "{query}");
    }
}

#[test]
#[ignore = "needs root and several minutes: make test-packages"]
fn the_rpm_requires_webkitgtk_and_names_its_license() {
    let query = |what: &str| output_of(Command::new("rpm").args(["--query", "--package", what]).arg(rpm()));
    let requires = query("--requires");
    for needed in ["webkit2gtk4.1 >= 2.42", "libwebkit2gtk-4.1.so.0()(64bit)"] {
        assert!(requires.contains(needed), "{requires}");
    }
    assert_eq!(query("--queryformat=%{LICENSE} %{VERSION}"), format!("LicenseRef-Proprietary {VERSION}"));
    assert!(query("--list").contains("/usr/share/licenses/xpo-admin/LICENSE"));
}
