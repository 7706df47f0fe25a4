extension Texts {
    private static func startAgainAtPortal(_ title: String) -> Message {
        Message(title: title, advice: "Please go back to the portal and sign in there again.")
    }

    /// Nothing the person can repair, so say who can.
    private static func tellSupport(_ title: String) -> Message {
        Message(title: title, advice: "Please try again. If it keeps happening, tell support the reference below.")
    }

    static let englishSiteErrors: [String: Message] = [
        "malformed_request": tellSupport("We could not read what the portal sent us"),
        "not_configured": tellSupport("This portal is not set up to sign people in here"),
        "client_unknown": tellSupport("The portal that sent you here is not one that we know"),
        "client_authentication": tellSupport("The portal could not show us that it is the right one"),
        "redirect_uri_mismatch": Message(
            title: "The portal asked us to send you to an address that is not registered",
            advice: "We have not sent you there. Please tell support the reference below."),
        "message_refused": tellSupport("We could not confirm that this request came from the portal"),
        "replayed": startAgainAtPortal("This request from the portal was used before"),
        "grant_invalid": startAgainAtPortal("This sign-in to the portal has expired or was used before"),
        "request_expired": startAgainAtPortal("Signing in to the portal took too long"),
        "login_required": startAgainAtPortal("You are not signed in any more"),
        "authentication_insufficient": Message(
            title: "Your sign-in was not as recent or as strong as the portal asks for",
            advice: "Please sign in again at your company, with all its steps, or ask your administrator."),
        "not_admitted": Message(
            title: "Your account is not one that this portal admits",
            advice: "If you believe you should have access, ask your administrator."),
        "portal_name_taken": Message(
            title: "The portal already knows somebody else by your e-mail address",
            advice: "Please ask support to set this right, and tell them the reference below."),
        "site_incomplete": Message(
            title: "Signing in to this portal is not completely set up yet",
            advice: "Please try again later, or tell support the reference below."),
        "sign_in_circle": Message(
            title: "The portal sent you here again and again",
            advice: "We have stopped that: it does not take your sign-in. Please tell support the reference below."),
        "site_unreachable": Message(
            title: "The portal is not answering",
            advice: "Please try again in a few minutes."),
        "store_unavailable": Message(
            title: "Signing in is not possible at the moment",
            advice: "Please try again in a few minutes."),
        "configuration_invalid": tellSupport("Signing in to this portal is not set up correctly"),
    ]
}
