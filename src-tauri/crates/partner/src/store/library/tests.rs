use super::*;

fn folder() -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::at(dir.path());
    (dir, folder)
}

#[test]
fn lists_and_reopens_a_new_partner() {
    let (_dir, folder) = folder();
    assert!(folder.list().unwrap().is_empty());
    let (file, book) = folder.create("  Knorex <b>Asia \u{1F98A} ").unwrap();
    assert_eq!(book.partner().name, "Knorex <b>Asia \u{1F98A}");
    drop(book);

    let listed = folder.list().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0].file, listed[0].practice), (&file, false));
    assert_eq!(folder.open(&file).unwrap().partner().name, listed[0].name);
}

#[test]
fn refuses_the_name_of_another_partner_in_any_case() {
    let (_dir, folder) = folder();
    folder.create("Knorex").unwrap();
    assert!(matches!(folder.create("\u{FF2B}NOREX "), Err(Error::NameTaken(_))));
    assert_eq!(folder.list().unwrap().len(), 1);
}

#[test]
fn a_refused_name_leaves_no_file() {
    let (dir, folder) = folder();
    for name in ["", "../x", &"x".repeat(300)] {
        assert!(folder.create(name).is_err());
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn refuses_to_open_a_file_outside_the_folder() {
    let (_dir, folder) = folder();
    let (file, book) = folder.create("Knorex").unwrap();
    drop(book);
    for path in [format!("../partners/{file}"), format!("./{file}"), "..".into(), "".into()] {
        assert!(matches!(folder.open(&path), Err(Error::FileMissing)), "{path}");
    }
}

#[test]
fn lists_a_file_that_cannot_be_opened_with_the_reason() {
    let (_dir, folder) = folder();
    let (_, book) = folder.create("Knorex").unwrap();
    drop(book);
    std::fs::write(folder.partners().join("notes.sqlite"), "shopping list").unwrap();
    let listed = folder.list().unwrap();
    assert_eq!(listed.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["Knorex", "notes"]);
    assert!(matches!(listed[1].problem, Some(Error::FileNotPartner)));
}

#[test]
fn a_partner_can_be_created_and_opened_in_any_folder() {
    let dir = tempfile::tempdir().unwrap();
    let mut roots: Vec<PathBuf> = ["a b", "c?d=e&f", "g#h", "i%20j%", "ü ø 桜", "file:k", "l;m'n\"o"]
        .map(|name| dir.path().join(name))
        .into();
    if cfg!(unix) {
        roots.extend(["p\\q", "r\ns", ":memory:", " "].map(|name| dir.path().join(name)));
        // The system takes two leading slashes for one.
        roots.push(format!("/{}/t", dir.path().display()).into());
    }
    #[cfg(target_os = "linux")]
    roots.push(dir.path().join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xFFu")));
    for root in roots {
        let folder = Folder::at(&root);
        let (file, book) = folder.create("Knorex").unwrap();
        book.back_up_now(Timestamp::now()).unwrap();
        drop(book);
        let listed = folder.list().unwrap();
        assert!(listed.len() == 1 && listed[0].problem.is_none(), "{root:?}: {listed:?}");
        folder.open(&file).unwrap();
        let [backup] = &folder.backups(&file).unwrap()[..] else { panic!("{root:?}") };
        folder.restore(Some(&file), &backup.path).unwrap();
        folder.open(&file).unwrap();
        assert!(root.join("partners").join(&file).exists(), "{root:?}");
    }
}

#[test]
fn a_copy_of_a_partner_is_recognized_and_opened_only_on_purpose() {
    for copy_name in
        ["Acme (conflicted copy).sqlite", "{} (Lisa's conflicted copy).sqlite", "copy of {}.sqlite"]
    {
        let (_dir, folder) = folder();
        let (original, book) = folder.create("Acme").unwrap();
        drop(book);
        let stem = original.strip_suffix(".sqlite").unwrap();
        let copy = copy_name.replace("{}", stem);
        std::fs::copy(folder.path_of(&original).unwrap(), folder.path_of(&copy).unwrap()).unwrap();
        let listed = folder.list().unwrap();
        let problem = |file: &str| &listed.iter().find(|listed| listed.file == file).unwrap().problem;
        assert!(problem(&original).is_none(), "{copy}");
        let Some(Error::FileCopied { original: named, comparison }) = problem(&copy) else {
            panic!("{copy}: {listed:?}");
        };
        assert_eq!(*named, original);
        assert_eq!(*comparison, format!("{original}: 0 changes. {copy}: 0 changes."));
        assert!(matches!(folder.open(&copy), Err(Error::FileCopied { .. })));
        folder.open(&original).unwrap();
        drop(folder.open_copy(&copy).unwrap());
        // Without the original, it is the partner.
        std::fs::remove_file(folder.path_of(&original).unwrap()).unwrap();
        folder.open(&copy).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_folder_without_shared_memory_is_named_and_not_called_read_only() {
    let (dir, folder) = folder();
    let (file, book) = folder.create("Acme").unwrap();
    drop(book);
    let path = folder.path_of(&file).unwrap();
    // SQLite follows no links, so it cannot open this file.
    let shared_memory = crate::store::paths::with_suffix(&path, "-shm");
    std::os::unix::fs::symlink("/nowhere", &shared_memory).unwrap();
    let refused = folder.open(&file);
    let Err(Error::FolderUnsupported { place: Some(place), .. }) = refused else { panic!("{refused:?}") };
    let partners = dir.path().canonicalize().unwrap().join("partners").display().to_string();
    assert!(place.starts_with(&partners), "{place}");
    #[cfg(target_os = "linux")]
    assert!(place.len() > partners.len() + 3 && place.ends_with(')'), "{place}");
    std::fs::remove_file(&shared_memory).unwrap();
    folder.open(&file).unwrap();
}

#[test]
fn creates_the_practice_partner_once() {
    let (_dir, folder) = folder();
    let (first, book) = folder.practice("Practice").unwrap();
    assert!(book.partner().practice);
    drop(book);
    assert_eq!(folder.practice("Practice").unwrap().0, first);
}

#[test]
fn listing_creates_no_files() {
    let (_dir, folder) = folder();
    let (file, book) = folder.create("Knorex").unwrap();
    drop(book);
    folder.list().unwrap();
    let mut names: Vec<_> = std::fs::read_dir(folder.partners())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [file.clone(), format!("{file}.lock")]);
}
