/// Every word that a customer reads, in one place.
///
/// `strings` are named by templates as `text.KEY` and may hold `{product}` and the words of their page in braces;
/// `errors` hold one message per error code of a login, `siteErrors` one per code of a refused request of a site.
package struct Texts: Sendable, Equatable {
    /// What happened and what to do about it, one sentence each.
    package struct Message: Sendable, Equatable {
        package let title: String
        package let advice: String

        package init(title: String, advice: String) {
            self.title = title
            self.advice = advice
        }
    }

    /// BCP 47 language tag of the texts.
    package var language: String
    /// Sentences and labels by key.
    package var strings: [String: String]
    /// Messages by error code.
    package var errors: [String: Message]
    /// Messages by the error code of a facade: a site sent the person here, and its request cannot be answered.
    package var siteErrors: [String: Message]

    package init(
        language: String, strings: [String: String], errors: [String: Message], siteErrors: [String: Message] = [:]
    ) {
        self.language = language
        self.strings = strings
        self.errors = errors
        self.siteErrors = siteErrors
    }

    /// The message for an error code; an unknown code reads as an unexpected problem, never as nothing.
    package func message(forCode code: String) -> Message {
        errors[code] ?? errors["internal"]
            ?? Message(title: "Something went wrong", advice: "Please try again in a few minutes.")
    }

    /// The message for the error code of a facade, under the same rule.
    package func message(forSiteCode code: String) -> Message {
        siteErrors[code] ?? message(forCode: "internal")
    }

    /// The texts as shipped.
    package static let english = Texts(
        language: "en", strings: englishStrings.merging(accessStrings) { own, _ in own },
        errors: englishErrors.merging(accessErrors) { own, _ in own }, siteErrors: englishSiteErrors)

    private static let englishStrings = [
        "titleErrorPrefix": "Error:",

        "identifyTitle": "Sign in to {product}",
        "identifyLead": "Enter your work e-mail and we will take you to your company’s own sign-in.",
        "identifyEmailLabel": "Work e-mail",
        "identifyEmailPlaceholder": "name@company.com",
        "identifyContinue": "Continue",
        "identifyOrEmail": "or use your work e-mail",
        "identifyOrChoose": "or continue with",
        "rememberedContinue": "Continue with {connection}",
        "rememberedNotYou": "Not you?",
        "rememberedForget": "Forget this choice",
        "whyQuestion": "Why do I need to sign in?",
        "whyAnswer":
            "Signing in keeps your requests private and lets the team see who is asking. "
            + "You use the account you already have at work; {product} never sees your password.",
        "choiceRemembered": "Last used",

        "chooseTitle": "Choose how to sign in",
        "chooseLead": "There is more than one way to sign in with this e-mail.",
        "chooseLeadOrganization": "{organization} offers more than one way to sign in.",
        "chooseOtherEmail": "Use another e-mail",

        "autoPostTitle": "Taking you to your sign-in page",
        "autoPostTitleDestination": "Taking you to {destination}",
        "autoPostLead": "This takes a moment. If nothing happens, press Continue.",
        "autoPostContinue": "Continue",

        "askTitle": "One more step",
        "askContinue": "Continue",
        "askOptional": "(optional)",
        "askRestart": "Start again",

        "testedTitle": "This was a test",
        "testedLead": "Nobody was signed in.",
        "testedAdvice":
            "The command line that asked for the test shows what {connection} sent, and whether a real sign-in would "
            + "have been let in. You can close this window.",

        "checkMailTitle": "Use your company’s sign-in link",
        "checkMailLead": "If your company uses {product}, your administrator has sent you a sign-in link.",
        "checkMailAdvice":
            "Look for it in your mailbox or on your company’s intranet, or ask your administrator for it.",

        "signedInTitle": "You are signed in",
        "signedInName": "Name",
        "signedInOrganization": "Organization",
        "signedInEmail": "E-mail",
        "signedInContinue": "Continue to the portal",

        "signOutAction": "Sign out",
        "signOutTitle": "Sign out of {product}?",
        "signOutLead": "You will need to sign in again to see your requests.",
        "signOutLeadEmail": "You are signed in as {email}. You will need to sign in again to see your requests.",
        "signOutCancel": "Stay signed in",

        "signedOutTitle": "You are signed out",
        "signedOutLead": "Your session at {product} has ended.",
        "signedOutProvider":
            "You may still be signed in at {provider}. On a shared computer, sign out there too or close the browser.",
        "signedOutAlsoAt": "You are signed out at {provider} too.",
        "signedOutAgain": "Sign in again",

        "offerTitle": "Continue as {email}?",
        "offerLead":
            "{connection} sent you to {product}. Continue only if you asked for this and it is your account.",
        "offerOrganization": "Company",
        "offerConnection": "Sign-in",
        "offerEmail": "E-mail",
        "offerContinue": "Continue",
        "offerCancel": "Cancel",
        "offerBlocked":
            "In this browser {other} is signed in to {product}. Sign out first, then come back to this page.",
        "offerSignOut": "Sign out",

        "errorRetry": "Try again",
        "errorReference": "Reference",
        "supportLead": "Need help? Contact",

        "unsavedTitle": "Your session has ended",
        "unsavedLead": "Nothing was sent, and nothing you typed is lost while this tab is open.",
        "unsavedStepSignIn": "Sign in with the button below; it opens a new tab.",
        "unsavedStepBack": "Come back to this tab and reload it.",
        "unsavedStepSend": "Let your browser send the form again, as it will ask you.",
        "unsavedSignIn": "Sign in in a new tab",
    ]

    private static func startAgain(_ title: String) -> Message {
        Message(title: title, advice: "Please start again; it only takes a moment.")
    }

    /// The identity provider's answer was refused: nothing the person can repair, so say who can.
    private static func askAdministrator(_ title: String) -> Message {
        Message(title: title, advice: "Please try again. If it keeps happening, tell your administrator.")
    }

    private static let englishErrors: [String: Message] = [
        "state_mismatch": startAgain("This sign-in does not match the one you started"),
        "login_expired": startAgain("This sign-in took too long and has expired"),
        "login_already_used": Message(
            title: "This sign-in was already completed",
            advice: "If you are not signed in yet, please start again."),
        "browser_mismatch": Message(
            title: "This sign-in was started in another browser or its cookie was lost",
            advice: "Please start again in this browser and allow cookies for this site."),
        "malformed_request": startAgain("We could not read that request"),
        "too_many_rounds": startAgain("This sign-in needed too many steps"),

        "connection_disabled": Message(
            title: "This way to sign in is switched off",
            advice: "Please choose another one or ask your administrator."),
        "organization_disabled": Message(
            title: "Your company’s access is switched off",
            advice: "Please ask your administrator to have it switched on again."),
        "customer_disabled": Message(
            title: "Your account is switched off",
            advice: "Please ask your administrator to have it switched on again."),
        "no_connection": Message(
            title: "We do not know a way to sign in with this e-mail",
            advice: "Please check the address for typing errors or ask your administrator."),
        "link_ambiguous": Message(
            title: "More than one account matches this sign-in",
            advice: "Please ask your administrator which account is yours."),

        "other_session": Message(
            title: "Somebody else is signed in in this browser",
            advice: "Please sign out first, then sign in with the other account."),
        "email_conflict": Message(
            title: "This e-mail already belongs to an account with another sign-in",
            advice: "Please sign in the way you did before, or ask your administrator."),
        "email_unverified": Message(
            title: "Your company has not confirmed your e-mail address",
            advice: "Please confirm the address there, or ask your administrator to do so, and sign in again."),
        "email_domain_not_owned": Message(
            title: "Your e-mail address does not belong to the company you signed in with",
            advice: "Please sign in with your work address, or ask your administrator."),
        "email_missing": Message(
            title: "Your company did not tell us your e-mail address",
            advice: "Please ask your administrator to share it with this portal."),
        "email_malformed": Message(
            title: "That does not look like an e-mail address",
            advice: "Please enter it in full, like name@company.com."),

        "upstream_unavailable": Message(
            title: "Your company’s sign-in service is not answering",
            advice: "Please try again in a few minutes."),
        "upstream_invalid": askAdministrator("Your company’s sign-in service gave an answer we could not use"),
        "upstream_denied": Message(
            title: "Your company’s sign-in service did not let you in",
            advice: "Please try again. If you believe you should have access, ask your administrator."),
        "message_refused": askAdministrator("We could not confirm the answer from your company"),
        "signature_invalid": askAdministrator("We could not confirm that the answer came from your company"),
        "unknown_key": askAdministrator("We could not confirm that the answer came from your company yet"),
        "issuer_mismatch": askAdministrator("The answer came from a different sign-in service than expected"),
        "audience_mismatch": askAdministrator("The answer was meant for a different site"),
        "nonce_mismatch": startAgain("The answer belongs to a different sign-in"),
        "time_invalid": Message(
            title: "The answer from your company arrived too late",
            advice: "Please start again. If it keeps happening, check that your computer’s clock is right."),

        "token_hash_mismatch": askAdministrator("The answer from your company does not fit together"),
        "algorithm_not_allowed": askAdministrator("The answer from your company was signed in a way we do not accept"),
        "subject_invalid": askAdministrator("Your company did not say clearly who you are"),
        "replayed": startAgain("This answer from your company was used before"),
        "upstream_error": askAdministrator("Your company’s sign-in service reported a problem"),
        "provider_misbehaved": askAdministrator("This way to sign in does not work as it should"),
        "configuration_invalid": askAdministrator(
            "This way to sign in is not set up correctly, or has just been changed"),
        "not_configured": askAdministrator("This way to sign in is not set up for that"),

        "cancelled": Message(
            title: "You cancelled the sign-in",
            advice: "Nothing has happened. You can start again whenever you like."),
        "requirements_not_met": Message(
            title: "This sign-in was not as recent or as strong as this portal asks for",
            advice: "Please sign in again at your company, with all its steps, or ask your administrator."),
        "not_admitted": Message(
            title: "Your account is not one that this portal admits",
            advice: "If you believe you should have access, ask your administrator."),

        "portal_session_changed": Message(
            title: "You have signed in anew since this page was opened",
            advice: "Nothing was sent. Please go back, reload the page and send it again."),
        "portal_cookie_stays": Message(
            title: "Your browser keeps an earlier visit to this portal that we cannot end",
            advice: "Please close all windows of your browser, or delete its cookies for this portal, and try again."),

        "forbidden": Message(
            title: "You do not have access to this page",
            advice: "If you need it, please ask your administrator."),
        "not_found": Message(
            title: "There is no page at this address",
            advice: "Please check the address or go back."),
        "rate_limited": Message(
            title: "There were too many attempts in a short time",
            advice: "Please wait a few minutes and start again. If a code was sent to you, use the newest one."),
        "sign_in_circle": Message(
            title: "Your browser was sent to sign in again and again",
            advice: "We have stopped that. Please close all windows of your browser and try again, or tell support."),
        "store_unavailable": Message(
            title: "Signing in is not possible at the moment",
            advice: "Please try again in a few minutes."),
        "internal": Message(
            title: "Something went wrong on our side",
            advice: "Please try again. If it keeps happening, tell support the reference below."),
    ]
}
