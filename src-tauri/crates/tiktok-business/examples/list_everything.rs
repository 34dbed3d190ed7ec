//! Prints the name of the id field and the id of every object in an ad account: `list_everything API TOKEN ACCOUNT`.
//! A test compares the output with what TikTok's official SDK lists.

use std::{error::Error, sync::Arc};

use tiktok_business::{AccessToken, AdvertiserId, Client, Listing, Options, RateLimiter, Row, SystemClock};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("list_everything API TOKEN ACCOUNT");
    let (api, token, account) = (next()?, AccessToken::new(next()?), next()?);
    let rate_limiter = RateLimiter::new(None, Arc::new(SystemClock));
    let client = Client::new(Options { rate_limiter, ..Options::new(api.parse()?, "list-everything") })?;
    let account: AdvertiserId = account.parse()?;
    print(client.campaigns(&token, &account)).await?;
    print(client.ad_groups(&token, &account)).await?;
    print(client.ads(&token, &account)).await?;
    print(client.audiences(&token, &account)).await
}

async fn print<T: Row>(mut listing: Listing<T>) -> Result<(), Box<dyn Error>> {
    while let Some(page) = listing.next().await {
        for row in page?.rows {
            println!("{} {}", T::ID_FIELD, row.id());
        }
    }
    if listing.summary().is_complete() { Ok(()) } else { Err("the listing is incomplete".into()) }
}
