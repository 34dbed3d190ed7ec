//! Facets, compared with the lists that they filter.

use partner::decisions::{Action, AllocateCampaigns};
use partner::facts::objects::AudienceFacts;
use partner::ids::CampaignId;
use partner::queries::accounts::AccountQuery;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};

use crate::campaigns::{campaigns, with_campaigns};
use crate::fixture::{Fixture, account, advertiser, pair, xpo};

#[test]
fn campaign_facets_count_what_their_filters_find() {
    let fixture = with_campaigns();
    fixture.allocate(&[pair(4, 1, 1)]);
    let allocate = campaigns().into_iter().skip(100).take(50).map(|facts| CampaignId(facts.id)).collect();
    fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1, 1),
        allocate,
        deallocate: Vec::new(),
    }));
    let scopes = [
        (CampaignsOf::AdAccount { ad_account: account(4) }, 265),
        (CampaignsOf::Available { ad_accounts: vec![account(4)] }, 215),
        (CampaignsOf::Allocated { ad_accounts: vec![account(4)], advertiser: advertiser(1, 1) }, 50),
        (CampaignsOf::Advertiser { advertiser: advertiser(1, 1) }, 50),
        (CampaignsOf::XpoAccount { xpo_account: xpo(1) }, 50),
    ];
    for (of, all) in scopes {
        let facets = fixture.book.campaign_facets(&of).unwrap();
        let total = |query: CampaignQuery| fixture.book.list(&query).unwrap().total;
        for facet in &facets.statuses {
            let statuses = vec![facet.label.clone()];
            assert_eq!(
                total(CampaignQuery { statuses, ..CampaignQuery::all(of.clone()) }),
                facet.count,
                "{facet:?}"
            );
        }
        for facet in &facets.objectives {
            let objectives = vec![facet.value.clone()];
            assert_eq!(total(CampaignQuery { objectives, ..CampaignQuery::all(of.clone()) }), facet.count);
        }
        assert_eq!(facets.statuses.iter().map(|facet| facet.count).sum::<u32>(), all);
        assert_eq!(facets.objectives.iter().map(|facet| facet.count).sum::<u32>(), all);
        assert!(facets.statuses.len() > 5 && facets.statuses.is_sorted_by_key(|facet| facet.label.clone()));
    }
}

#[test]
fn audience_facets_count_what_their_filters_find() {
    let fixture = Fixture::new();
    let audiences: Vec<AudienceFacts> = (0..20)
        .map(|n| AudienceFacts {
            id: format!("719300000000100{n:04}"),
            audience_type: ["Website Audience", "Website Traffic", "Lookalike Audience", "Novel"][n % 4]
                .into(),
            ..Default::default()
        })
        .collect();
    fixture.book.record(&account(1), &audiences).unwrap();
    let of = AudiencesOf::AdAccounts { ad_accounts: vec![account(1)] };
    let facets = fixture.book.audience_facets(&of).unwrap();
    let found: Vec<_> = facets.iter().map(|facet| (facet.value.as_str(), facet.count)).collect();
    assert_eq!(found, [("", 3), ("Lookalike", 5), ("Novel", 5), ("Website Traffic", 10)]);
    for facet in facets {
        let query = AudienceQuery { types: vec![facet.value], ..AudienceQuery::all(of.clone()) };
        assert_eq!(fixture.book.list(&query).unwrap().total, facet.count);
    }
}

#[test]
fn r10_account_facets_count_allocations_by_xpo_account() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(2, 2, 1), pair(2, 2, 2)]);
    let facets = fixture.book.account_facets().unwrap();
    let holders: Vec<_> =
        facets.xpo_accounts.iter().map(|facet| (facet.name.as_str(), facet.count)).collect();
    assert_eq!(holders, [("Client 1", 2), ("Client 2", 1)]);
    assert_eq!((facets.allocated, facets.defaults), (2, 2));
    let defaults = AccountQuery { default: Some(true), ..Default::default() };
    assert_eq!(fixture.book.ids(&defaults).unwrap().len(), 2);
}
