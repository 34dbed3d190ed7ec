//! Names and ids that are pasted into the search field of a list.

use partner::Book;
use partner::facts::objects::CampaignFacts;
use partner::queries::accounts::AccountQuery;
use partner::queries::history::HistoryQuery;
use partner::queries::pasted::paste_into;
use partner::queries::xpo_accounts::XpoAccountQuery;

use crate::campaigns::{of_account, with_campaigns};
use crate::fixture::{Fixture, account, xpo};
use crate::pages::walk;

/// Pastes a text into the list of campaigns and returns the ids that are listed, the number of terms and the missing ones.
fn paste(book: &Book, text: &str) -> (Vec<String>, u32, Vec<String>) {
    let search = book.paste(text, of_account).unwrap();
    let query = of_account(&search);
    let pasted = book.list(&query).unwrap().pasted.expect("a list was pasted");
    let ids = walk(book, &query, |row| row.id.clone()).into_iter().map(|row| row.id.0).collect();
    (ids, pasted.terms, pasted.missing)
}

fn id(n: u32) -> String {
    format!("1800000000000{n:05}")
}

#[test]
fn a_column_of_a_spreadsheet_a_list_with_commas_and_one_with_spaces_find_the_same_campaigns() {
    let fixture = with_campaigns();
    let ids = [id(3), id(1), "1800000000000999990".to_owned(), id(258)];
    for text in [
        ids.join("\n"),
        ids.join("\r\n") + "\r\n",
        ids.join("\t"),
        ids.join(", "),
        ids.join(";"),
        ids.join(" "),
        format!("\"{}\"", ids.join("\",\n\"")),
        format!("\u{FEFF}{}, {};\n\n{}\t{}\u{200B}\n{}", ids[0], ids[1], ids[2], ids[3], ids[0]),
    ] {
        let (mut found, terms, missing) = paste(&fixture.book, &text);
        found.sort();
        assert_eq!((found, terms), (vec![id(1), id(3), id(258)], 4), "{text:?}");
        assert_eq!(missing, ["1800000000000999990"], "{text:?}");
    }
}

#[test]
fn a_pasted_number_that_is_not_written_like_an_id_finds_no_campaign() {
    let fixture = with_campaigns();
    for text in [format!("0{}", id(1)), format!("{}.0", id(1)), format!("+{}", id(1))] {
        let (found, _, missing) = paste(&fixture.book, &format!("{text}\n{}", id(3)));
        assert_eq!((found, missing), (vec![id(3)], vec![text]));
    }
}

#[test]
fn pasted_names_match_whole_names_and_look_alikes_are_not_listed() {
    let fixture = with_campaigns();
    let (found, terms, missing) = paste(&fixture.book, "summer SALE\nStrasse\nSummer");
    assert_eq!((terms, missing), (3, vec!["Summer".to_owned()]));
    // Both spellings of "Summer sale", and "Straße".
    assert_eq!(found.len(), 60);
}

#[test]
fn a_name_with_a_comma_is_one_name_unless_its_parts_are_names() {
    let fixture = with_campaigns();
    let names = ["Shoes, Summer", "Shoes", "Summer"];
    let campaigns: Vec<CampaignFacts> = (0..)
        .zip(names)
        .map(|(n, name)| CampaignFacts { id: id(90_000 + n), name: name.into(), ..Default::default() })
        .collect();
    fixture.book.record(&account(4), &campaigns).unwrap();
    let (found, terms, _) = paste(&fixture.book, "Shoes, Summer\nStraße");
    assert_eq!((found.contains(&id(90_000)), found.contains(&id(90_001)), terms), (true, false, 2));
    let (found, terms, missing) = paste(&fixture.book, "Shoes; Summer; Boots");
    assert_eq!((found, terms, missing), (vec![id(90_001), id(90_002)], 3, vec!["Boots".to_owned()]));
    // One term is an ordinary search.
    assert_eq!(fixture.book.paste(" Sho, Summ\n", of_account).unwrap(), "Sho, Summ");
    assert_eq!(fixture.book.paste("Shoes, Summer", of_account).unwrap(), "Shoes, Summer");
}

#[test]
fn filters_narrow_a_pasted_list_and_change_nothing_about_what_was_found() {
    let fixture = with_campaigns();
    let mut query = of_account(&[id(0), id(1), id(2), "9".into()].join("\n"));
    query.objectives = vec!["REACH".into()];
    let listing = fixture.book.list(&query).unwrap();
    assert_eq!(listing.page.rows.into_iter().map(|row| row.id.0).collect::<Vec<_>>(), [id(1)]);
    assert_eq!(listing.pasted.unwrap().missing, ["9"]);
    assert_eq!(fixture.book.list(&of_account("sale")).unwrap().pasted, None);
}

#[test]
fn every_list_takes_pasted_names_and_ids() {
    let Fixture { book, .. } = Fixture::new();
    let accounts = |search: &str| AccountQuery { search: search.into(), ..Default::default() };
    let all = book.list(&accounts("")).unwrap().page.rows;
    let text = format!("{}\n{}\nnobody", all[0].id, all[1].name);
    let listing = book.list(&accounts(&book.paste(&text, accounts).unwrap())).unwrap();
    assert_eq!((listing.total, listing.pasted.unwrap().missing), (2, vec!["nobody".to_owned()]));

    let clients = |search: &str| XpoAccountQuery { search: search.into(), ..XpoAccountQuery::default() };
    let all = book.list(&clients("")).unwrap().page.rows;
    let advertiser = &all[1].advertisers[0].name;
    let listing = book.list(&clients(&format!("{}\n{advertiser}\n{}", all[0].name, xpo(1).0))).unwrap();
    assert_eq!(listing.pasted.unwrap().missing, Vec::<String>::new());

    let history = |search: &str| HistoryQuery { search: search.into(), ..Default::default() };
    let listing = book.list(&history(&format!("{}\n{}\nnobody", xpo(1).0, all[0].name))).unwrap();
    assert!(listing.total > 0);
    assert_eq!(listing.pasted.unwrap().missing, ["nobody"]);
}

#[test]
fn names_that_the_window_has_are_split_in_the_same_way() {
    let known = ["Acme, Inc.".to_owned(), "Bluebird".to_owned(), "Zoë".to_owned()];
    assert_eq!(paste_into("Acme, Inc.\nzoe", &known), "Acme, Inc.\nzoe");
    assert_eq!(paste_into("bluebird, nobody", &known), "bluebird\nnobody");
    for line in ["\"nobody\";\"Acme, Inc.\"", " \"nobody\" , \"Acme, Inc.\",", "\"nobody\"\t\"Acme, Inc.\""] {
        assert_eq!(paste_into(line, &known), "nobody\nAcme, Inc.", "{line}");
    }
    assert_eq!(paste_into("\"Acme, Inc.\"", &known), "Acme, Inc.");
    let ids = "7123456789012345\n7123456789012346";
    for cell in ["\"7123456789012345,7123456789012346\"", "'7123456789012345 7123456789012346'"] {
        assert_eq!(paste_into(cell, &known), ids, "one cell holds a list: {cell}");
    }
    assert_eq!(paste_into("\"Big\" sizes, 5\" nails", &known), "\"Big\" sizes, 5\" nails");
    assert_eq!(paste_into("Acme, In", &known), "Acme, In");
}

#[test]
fn a_cell_that_a_spreadsheet_quotes_because_of_what_it_contains_is_unquoted() {
    let known = ["Acme, Inc.", "Bluebird", "\"Best\"", "say \"hi\"", "hi"].map(str::to_owned);
    for (cell, terms) in [
        ("\"Bluebird\nAcme, Inc.\"", "Bluebird\nAcme, Inc."),
        ("\"Bluebird\r\nhi, nobody\"\r\n", "Bluebird\nhi\nnobody"),
        ("hi\t\"Bluebird\tAcme, Inc.\"\tnobody", "hi\nBluebird\nAcme, Inc.\nnobody"),
        ("\"say \"\"hi\"\"\"", "say \"hi\""),
        ("hi\n\"\"\"Best\"\"\"\nnobody", "hi\n\"Best\"\nnobody"),
        // As several lines of a list in a cell.
        ("\"\"\"Bluebird\"\", \"\"hi\"\"\"", "Bluebird\nhi"),
        // Not quoted by a spreadsheet.
        ("\"Big\nhi", "\"Big\nhi"),
        ("\"Big\" sizes\n\"hi\"", "\"Big\" sizes\nhi"),
        ("\"\"\n\"\"\"\"\nhi", "\"\nhi"),
    ] {
        assert_eq!(paste_into(cell, &known), terms, "{cell:?}");
    }
}
