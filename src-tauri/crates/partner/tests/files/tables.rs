//! Importing and exporting the directory as a table.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::Instant;

use partner::decisions::{Action, AddToDirectory, Archive, NewAdvertiser, NewXpoAccount, XpoState};
use partner::ids::{AdvertiserId, XpoAccountId};
use partner::tables::file::Format;
use partner::tables::import::{DirectoryTable, RowResult};
use partner::tables::matching::RowRefusal;
use partner::tables::sheets::MAX_FILE_SIZE;
use partner::{Book, Error};

use crate::test_partner::{TestPartner, advertiser, commit, names, xpo};

/// Reads a table for a partner that already has "Client 0" with "Brand 0", "Client 1" with "Brand 1", ….
fn read(book: &Book, file: impl AsRef<[u8]>) -> DirectoryTable {
    book.read_directory_table(file.as_ref(), None, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn results(table: &DirectoryTable) -> Vec<(u32, RowResult)> {
    table.rows.iter().map(|row| (row.line, row.result)).collect()
}

fn refused(why: RowRefusal) -> RowResult {
    RowResult::Refused(why)
}

fn add(book: &Book, table: &DirectoryTable) {
    commit(book, table.action(&HashSet::new()).unwrap());
}

#[test]
fn a_table_adds_new_rows_in_one_change_and_only_adds() {
    let partner = TestPartner::new();
    let book = partner.open();
    let before = book.decisions().unwrap();
    let text = "Advertiser,XPO account,State,Note\n\
                Brand 0,Client 0,,as it is\n\
                brand 0,CLIENT 1,Active,new in an old one\n\
                ,New client,Suspended,\n\
                \n\
                One,New client,,\n\
                Two,New client,suspended,\n";
    let table = read(&book, text);
    assert_eq!(
        results(&table),
        [
            (2, RowResult::Unchanged),
            (3, RowResult::Added),
            (4, RowResult::Added),
            (6, RowResult::Added),
            (7, RowResult::Added)
        ]
    );
    assert_eq!((table.added, table.unchanged, table.refused, table.rounded), (4, 1, 0, 0));
    assert_eq!(table.ignored, ["Note"]);
    assert_eq!(book.decisions().unwrap(), before, "reading a table changes nothing");

    // Without rows 4 and 7, row 6 adds the new XPO account.
    let Some(Action::AddToDirectory(AddToDirectory { accounts, advertisers })) =
        table.action(&HashSet::from([4, 7]))
    else {
        panic!("nothing to add");
    };
    let accounts: Vec<(&str, XpoState)> = accounts.iter().map(|a| (a.name.as_str(), a.state)).collect();
    assert_eq!(accounts, [("New client", XpoState::Suspended)]);
    let advertisers: Vec<&str> = advertisers.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(advertisers, ["brand 0", "One"]);

    let entries = book.changes().unwrap().len();
    add(&book, &table);
    assert_eq!(book.changes().unwrap().len(), entries + 1);
    let after = book.decisions().unwrap();
    assert!(before.lines().all(|line| after.contains(line)));
    let again = read(&book, text);
    assert_eq!((again.added, again.unchanged, again.refused), (0, 5, 0));
    assert_eq!(again.action(&HashSet::new()), None);
}

#[test]
fn every_refused_row_has_a_reason() {
    let partner = TestPartner::new();
    let book = partner.open();
    commit(&book, Action::Archive(Archive { accounts: vec![xpo(5)], advertisers: vec![] }));
    let long = "é".repeat(101);
    let other = "0198c0de-0000-7000-8000-000000000001";
    let cases = [
        (",Lonely,,,", refused(RowRefusal::NameMissing)),
        (&format!("{long},,,,"), refused(RowRefusal::NameTooLong)),
        ("Cli\u{202E}ent,,,,", refused(RowRefusal::NameCharacters)),
        ("Client 0,Bra\u{7}nd,,,", refused(RowRefusal::NameCharacters)),
        ("\"two\nlines\",,,,", refused(RowRefusal::LineBreak)),
        ("Client 0,\u{3164}\u{AD},,,", refused(RowRefusal::NameInvisible)),
        ("Client 0,,Gone,,", refused(RowRefusal::StateUnknown)),
        ("Client 0,,Inactive,,", refused(RowRefusal::StateDiffers)),
        ("Client 0,,,7,", refused(RowRefusal::IdInvalid)),
        (&format!("Client 0,,,{other},"), refused(RowRefusal::IdDiffers)),
        (&format!("Other,,,{},", xpo(0)), refused(RowRefusal::IdDiffers)),
        (&format!("Client 0,Brand 0,,,{other}"), refused(RowRefusal::IdDiffers)),
        (&format!("Client 0,New,,,{}", advertiser(0)), refused(RowRefusal::IdDiffers)),
        ("Client 5,New,,,", refused(RowRefusal::Archived)),
        ("Client 5,Brand 5,,,", RowResult::Unchanged),
        ("Client 0,Brand 0,,,,,more", refused(RowRefusal::TooManyCells)),
        ("Client 1,Brand 1,,,,,", RowResult::Unchanged),
        ("Client 2", RowResult::Unchanged),
        ("New,A,,,", RowResult::Added),
        ("nEw,a,,,", refused(RowRefusal::Duplicate(20))),
        ("New,B,Inactive,,", refused(RowRefusal::StateDiffers)),
    ];
    let rows: Vec<&str> = cases.iter().map(|(row, _)| *row).collect();
    let text = format!("XPO account,Advertiser,State,XPO account ID,Advertiser ID\n{}\n", rows.join("\n"));
    let table = read(&book, text);
    for (row, (text, result)) in table.rows.iter().zip(&cases) {
        assert_eq!(row.result, *result, "{text}");
    }
    assert_eq!((table.added, table.unchanged), (1, 3));
    add(&book, &table);
}

#[test]
fn keeps_the_ids_in_a_table_and_warns_about_rounded_ones() {
    let partner = TestPartner::new();
    let book = partner.open();
    let (client, brand) = ("0198C0DE-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002");
    let table = read(
        &book,
        format!(
            "XPO account ID;XPO account;Advertiser ID;Advertiser\n{client};New;{brand};One\n\
             1,23E+18;Client 0;;Brand 0\n;7.00224E+18;;\n"
        ),
    );
    assert_eq!(table.rows.iter().map(|row| row.rounded).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!((table.added, table.unchanged, table.rounded), (2, 1, 2));
    let Some(Action::AddToDirectory(AddToDirectory { accounts, advertisers })) =
        table.action(&HashSet::new())
    else {
        panic!("nothing to add");
    };
    assert_eq!(accounts[0].id.as_str(), client.to_lowercase());
    assert_eq!(advertisers[0].id.as_str(), brand);
    add(&book, &table);
}

#[test]
fn reads_all_encodings_and_separators_alike() {
    let partner = TestPartner::new();
    let book = partner.open();
    let text = "XPO account\tAdvertiser\r\nÄrzteteam Köln\tCafé Olé\r\n\"Quoted; and, so\"\t–\r\n";
    let utf16 = |order: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect()
    };
    let (western, ..) = encoding_rs::WINDOWS_1252.encode(text);
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{FEFF}{text}").into_bytes(),
        format!("sep=\t\r\n{text}").into_bytes(),
        text.replace("\"Quoted; and, so\"", "Quoted; and, so").into_bytes(),
        utf16(u16::to_le_bytes, true),
        utf16(u16::to_be_bytes, true),
        utf16(u16::to_le_bytes, false),
        utf16(u16::to_be_bytes, false),
        western.into_owned(),
        text.replace('\t', ";").into_bytes(),
        text.replace('\t', ",").into_bytes(),
    ];
    for (n, file) in files.iter().enumerate() {
        let table = read(&book, file);
        let names: Vec<(&str, &str)> =
            table.rows.iter().map(|row| (row.xpo_account.as_str(), row.advertiser.as_str())).collect();
        assert_eq!(names, [("Ärzteteam Köln", "Café Olé"), ("Quoted; and, so", "–")], "file {n}");
        assert_eq!(table.added, 2);
        assert_eq!(table.rows[0].line, 2);
    }
    let lost = read(&book, b"\xEF\xBB\xBFXPO account\nA\xFFB\n");
    assert_eq!(lost.rows[0].result, refused(RowRefusal::NameCharacters));
}

#[test]
fn refuses_files_that_are_not_tables() {
    let partner = TestPartner::new();
    let book = partner.open();
    let files: [&[u8]; 6] = [
        b"",
        b"\n\n",
        b"Name,Advertiser\nA,B\n",
        b"XPO account,xpo ACCOUNT\n",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\0\0\0\0",
    ];
    for file in files {
        let refused = book.read_directory_table(file, None, &mut |_| ControlFlow::Continue(()));
        assert!(matches!(refused, Err(Error::TableUnreadable(_))), "{file:?}: {refused:?}");
    }
    let refused =
        book.read_directory_table(&vec![b'a'; MAX_FILE_SIZE + 1], None, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(refused, Err(Error::TableTooLarge(size)) if size == MAX_FILE_SIZE + 1));
    assert_eq!(read(&book, "XPO account").rows, []);
}

#[test]
fn importing_an_exported_directory_changes_nothing_whatever_the_names() {
    let partner = TestPartner::new();
    let book = partner.open();
    let hostile =
        ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "'", "a,b;c\"d", "1.5E+9", "ümläut", "'s-Gravenhage"];
    let accounts = (0_u32..)
        .zip(hostile)
        .map(|(n, name)| NewXpoAccount { id: xpo(100 + n), name: name.into(), state: XpoState::Inactive })
        .collect();
    let advertisers = (0_u32..)
        .zip(hostile)
        .map(|(n, name)| NewAdvertiser { id: advertiser(100 + n), xpo_account: xpo(1), name: name.into() })
        .collect();
    commit(&book, Action::AddToDirectory(AddToDirectory { accounts, advertisers }));
    commit(&book, Action::Archive(Archive { accounts: vec![xpo(2)], advertisers: vec![advertiser(3)] }));
    let path = partner.dir().join("directory.csv");
    std::fs::write(&path, "older").unwrap();
    book.export_directory(&path, Format::Csv, &mut |_| ControlFlow::Continue(())).unwrap();
    let file = std::fs::read(&path).unwrap();
    assert_eq!(names(partner.dir()), ["directory.csv", "partners"]);
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains("'=1+1") && !text.contains(",=1+1") && !text.contains("\n=1+1"));
    let table = read(&book, &file);
    assert_eq!((table.added, table.unchanged, table.refused), (0, 40, 0), "{table:#?}");

    // Imported into another partner's empty book, it creates the same directory with the same ids.
    let other = tempfile::tempdir().unwrap();
    let (_, empty) = partner::Folder::at(other.path()).create("Other").unwrap();
    let table = read(&empty, &file);
    assert_eq!((table.added, table.refused), (40, 0));
    add(&empty, &table);
    let again = read(&empty, &file);
    assert_eq!((again.added, again.unchanged, again.refused), (0, 40, 0));
}

#[test]
fn reads_and_adds_a_hundred_thousand_rows_in_seconds() {
    let partner = TestPartner::new();
    let book = partner.open();
    let mut text = String::from("XPO account,Advertiser\n");
    for n in 0..100_000 {
        text.push_str(&format!("Big client {:05},Brand with a name {n:06}\n", n / 10));
    }
    let started = Instant::now();
    let table = read(&book, text);
    eprintln!("read: {:?}", started.elapsed());
    assert_eq!(table.added, 100_000);
    let started = Instant::now();
    add(&book, &table);
    eprintln!("added: {:?}", started.elapsed());
}

#[test]
fn an_advertiser_may_have_the_id_of_an_xpo_account() {
    let partner = TestPartner::new();
    let book = partner.open();
    let table = read(&book, format!("XPO account,Advertiser,Advertiser ID\nClient 0,New,{}\n", xpo(0)));
    assert_eq!(table.added, 1);
    let Some(Action::AddToDirectory(AddToDirectory { advertisers, .. })) = table.action(&HashSet::new())
    else {
        panic!("nothing to add");
    };
    assert_eq!(advertisers[0].id, AdvertiserId(xpo(0).0));
    assert_eq!(advertisers[0].xpo_account, XpoAccountId(xpo(0).0));
    add(&book, &table);
}

#[test]
fn files_as_spreadsheets_and_people_write_them_are_read_row_by_row() {
    let partner = TestPartner::new();
    let book = partner.open();
    let names = |file: &[u8]| -> Vec<(u32, String)> {
        let rows = read(&book, file).rows.into_iter();
        rows.map(|row| (row.line, format!("{}|{}", row.xpo_account, row.advertiser))).collect()
    };
    let expected = [(2, "Tamarind|Leaf".to_owned()), (3, "Umber|Weave".to_owned())];
    for file in [
        "XPO account,Advertiser\rTamarind,Leaf\rUmber,Weave\r",
        "XPO account,Advertiser\r\nTamarind,Leaf\nUmber,Weave\r",
        "\u{FEFF}\u{FEFF}XPO account,Advertiser\n\u{FEFF}Tamarind,Leaf\nUmber,\u{FEFF}Weave",
        "\"XPO account,Advertiser\"\r\n\"Tamarind,Leaf\"\r\n\"Umber,Weave\"\r\n",
    ] {
        assert_eq!(names(file.as_bytes()), expected, "{file:?}");
    }

    let table = read(&book, "XPO account,Advertiser\rOne,A\rTwo,B\rThree,C\r");
    let Some(Action::AddToDirectory(added)) = table.action(&HashSet::from([3])) else { panic!() };
    assert_eq!(added.accounts.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["One", "Three"]);

    let open = b"XPO account,Advertiser\nAspen,Wing\n\"Birch,Bun\nCedar,Coupe\n";
    let refused_file = book.read_directory_table(open, None, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(refused_file, Err(Error::TableQuoteOpen(3))), "{refused_file:?}");

    let invisible = "XPO account,Advertiser\n\u{2800}\u{2800},\u{3164}\n\u{AD},Soft\n\u{115F},Jamo\nIris,\u{2800}\n\u{200B},Zero\n";
    let table = read(&book, invisible);
    assert_eq!((table.refused, table.added), (5, 0));
    assert!(table.rows.iter().all(|row| row.result == refused(RowRefusal::NameInvisible)), "{table:#?}");
}

#[test]
fn the_admin_chooses_another_encoding_when_the_recognized_one_is_wrong() {
    let partner = TestPartner::new();
    let book = partner.open();
    let text = "XPO account,Advertiser\r\nSpółka Łódź,Żuk\r\n";
    let (file, ..) = encoding_rs::WINDOWS_1250.encode(text);
    let wrong =
        book.read_directory_table(&file, Some("windows-1252"), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(wrong.rows[0].xpo_account, "Spó³ka £ódŸ");
    let right =
        book.read_directory_table(&file, Some("windows-1250"), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((right.encoding.as_str(), right.guessed), ("windows-1250", false));
    assert_eq!(right.rows[0].xpo_account, "Spółka Łódź");
    let unknown = book.read_directory_table(&file, Some("ebcdic"), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(unknown, Err(Error::TableUnreadable(_))), "{unknown:?}");

    // One byte that is not UTF-8 costs its own row only.
    let table = read(&book, b"XPO account,Advertiser\nCaf\xC3\xA9,Ol\xC3\xA9\nCaf\xE9,Bad\n");
    assert_eq!((table.encoding.as_str(), table.guessed, table.added), ("UTF-8", true, 1));
    assert_eq!(table.rows[1].result, refused(RowRefusal::NameCharacters));
}

#[test]
fn an_export_with_semicolons_has_one_column_for_each_heading_and_can_be_imported() {
    let partner = TestPartner::new();
    let book = partner.open();
    let accounts = vec![NewXpoAccount { id: xpo(99), name: "A;b, \"c\"".into(), state: XpoState::Active }];
    commit(&book, Action::AddToDirectory(AddToDirectory { accounts, advertisers: Vec::new() }));
    let path = partner.dir().join(book.export_file_name("xpo-accounts", Format::SemicolonCsv));
    book.export_directory(&path, Format::SemicolonCsv, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(path.extension().is_some_and(|extension| extension == "csv"));
    let file = std::fs::read(&path).unwrap();
    let text = std::str::from_utf8(&file).unwrap();
    assert!(text.starts_with("\u{FEFF}XPO account;Advertiser;State;Archived;XPO account ID;Advertiser ID\n"));
    assert!(text.contains("\"A;b, \"\"c\"\"\";;Active;"), "{text}");
    let table = read(&book, &file);
    assert_eq!((table.added, table.unchanged, table.refused), (0, 21, 0), "{table:#?}");
}
