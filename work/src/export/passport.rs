//! What someone gave of their passport.

/// What Telegram Desktop calls a kind of passport's values.
pub(super) fn secure(kind: &str) -> &'static str {
    match kind {
        "secureValueTypePersonalDetails" => "personal_details",
        "secureValueTypePassport" => "passport",
        "secureValueTypeDriverLicense" => "driver_license",
        "secureValueTypeIdentityCard" => "identity_card",
        "secureValueTypeInternalPassport" => "internal_passport",
        "secureValueTypeAddress" => "address_information",
        "secureValueTypeUtilityBill" => "utility_bill",
        "secureValueTypeBankStatement" => "bank_statement",
        "secureValueTypeRentalAgreement" => "rental_agreement",
        "secureValueTypePassportRegistration" => "passport_registration",
        "secureValueTypeTemporaryRegistration" => "temporary_registration",
        "secureValueTypePhone" => "phone_number",
        "secureValueTypeEmail" => "email",
        _ => "",
    }
}
