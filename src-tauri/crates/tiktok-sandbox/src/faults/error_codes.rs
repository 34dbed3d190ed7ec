//! The known error codes of TikTok's API. Each has the message observed in a real response or, failing that, its
//! meaning from TikTok's SDK (`tiktok_code.py`) or the portal's "Return codes".

#[rustfmt::skip]
const CODES: &[(i64, &str)] = &[
    (20001, "Partly succeeded."),
    (40000, "Invalid parameters."),
    (40001, "No permission to operate advertiser 7002238017842757633"),
    (40002, "Parameter error, detail only in message; older: no permission for the account; audience too small or still processed."),
    (40003, "Forbidden."),
    (40006, "Version does not fit the parameters."),
    (40007, "Object or operation does not exist."),
    (40008, "Endpoint does not exist or not in sandbox."),
    (40009, "Parameter or method not in sandbox."),
    (40010, "Wrong host for this version."),
    (40011, "Too many ids in one request."),
    (40012, "Nothing to update."),
    (40013, "Sandbox account does not exist."),
    (40014, "Not available in sandbox."),
    (40016, "Too many requests."),
    (40050, "Duplicated request."),
    (40051, "Invalid API version."),
    (40052, "ACO material exists already."),
    (40053, "Invalid video id."),
    (40061, "Invalid batch size."),
    (40062, "Personal data not hashed."),
    (40063, "Invalid partner name."),
    (40065, "Targeting not allowed for 13-17 in the US."),
    (40067, "Report query too large (seen by Airbyte, not in the code list)."),
    (40100, "App reaches the QPS limit 10"),
    (40101, "Secret and app id do not match, or invalid auth_code."),
    (40102, "Access token expired."),
    (40103, "Refresh token expired (other APIs)."),
    (40104, "Access token is null, you should set it in http header with key Access-Token."),
    (40105, "Access token is incorrect or has been revoked."),
    (40106, "User behind the token is invalid."),
    (40107, "Refresh token wrong, or used for a Marketing token."),
    (40108, "Unsupported grant type."),
    (40109, "Decipher error."),
    (40110, "The auth_code is canceled. Please re-authorize and try again with a new auth_code."),
    (40112, "Wrong password."),
    (40113, "The app_id is inconsistent with the token's app information. Please retry after correcting it."),
    (40114, "Advertiser logged out."),
    (40115, "Authentication timestamp expired."),
    (40116, "Bad signature."),
    (40117, "Method may not be used by the app."),
    (40118, "Not on the allowlist."),
    (40119, "Developer and advertiser are of different companies."),
    (40120, "TikTok user not logged in."),
    (40121, "Not a marketplace creator."),
    (40122, "Creator not in a valid region."),
    (40124, "Developer profile not approved."),
    (40125, "Developer lacks permission."),
    (40126, "GARM authentication failed."),
    (40127, "GARM authentication failed."),
    (40128, "GARM validation failed."),
    (40129, "GARM validation failed."),
    (40130, "Scope not authorized."),
    (40131, "TikTok user authorization failed."),
    (40132, "Throttled for one field value (pixel_code)."),
    (40133, "Advertiser (7002238017842757633)'s QPS (21) reaches QPS limit 20 for current path, request is temporarily restricted."),
    (40200, "Task error."),
    (40201, "Task not ready."),
    (40202, "Write conflict."),
    (40300, "Account does not exist or was deleted."),
    (40301, "Account cannot be matched."),
    (40302, "Customer account does not exist."),
    (40309, "Login required."),
    (40400, "Route not found."),
    (40502, "Ad limit reached."),
    (40700, "Internal validation error."),
    (40900, "File signature mismatch."),
    (40901, "Video still being transcoded."),
    (40902, "Could not fetch the URL."),
    (40903, "URL unavailable."),
    (40904, "Image format or content not allowed."),
    (40905, "File does not exist."),
    (40906, "File empty."),
    (40907, "File too large."),
    (40908, "File type unsupported."),
    (40909, "Encryption type unsupported."),
    (40910, "File expired."),
    (40911, "Material name exists."),
    (40912, "Image URL unavailable."),
    (40913, "Could not fetch the image."),
    (40914, "Upload invalid."),
    (40915, "Upload does not meet the rules."),
    (40916, "Video content not allowed."),
    (41000, "Client address in a banned country."),
    (41001, "Endpoint withdrawn."),
    (41002, "Field withdrawn."),
    (41013, "Site-to-video error."),
    (50000, "System error."),
    (50002, "Processing error or timeout."),
    (51001, "internal service timeout"),
    (51002, "internal service error, retry later"),
    (51010, "Internal timeout."),
    (51039, "internal service timeout"),
    (51305, "Satellite service error."),
    (60001, "The system is in maintenance."),
    (61000, "Too many requests (name only known from the SDK)."),
    (70001, "Invalid business authorization type."),
];

/// Returns all codes but 0, ascending. 20001 means partial success; with any other code nothing was done.
pub fn error_codes() -> impl Iterator<Item = i64> {
    CODES.iter().map(|(code, _)| *code)
}

pub(super) fn message_of(code: i64) -> &'static str {
    match CODES.binary_search_by_key(&code, |(code, _)| *code) {
        Ok(position) => CODES[position].1,
        Err(_) => "Something went wrong.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_message() {
        assert!(CODES.is_sorted_by(|(one, _), (next, _)| one < next));
        assert_eq!(message_of(50000), "System error.");
        assert_eq!(message_of(1), "Something went wrong.");
    }
}
