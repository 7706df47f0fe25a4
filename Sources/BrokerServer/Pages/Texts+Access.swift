extension Texts {
    static let accessStrings = [
        "deniedTitle": "You do not have access to {portal}",
        "deniedMessageLabel": "Why do you need it?",
        "deniedMessageOptional": "(optional)",
        "deniedAsk": "Ask for access",
        "deniedHome": "Back to the portal",

        "requestedTitle": "You have asked for access",
        "requestedPortal": "Portal",
        "requestedLead": "Whoever looks after {product} can see it now, and decides.",
        "requestedRepeated": "You had asked for it within the last day already, so nothing was added.",
        "requestedNext":
            "There is no automatic answer. If you get access, the portal simply opens: try it again later.",

        "closedSignIn": "Sign in with your company account",
        "closedPortal": "Go to the portal",

        "glassTitle": "Emergency access",
        "glassLead":
            "For the team that runs {product}, when signing in is not possible. Using it is recorded, and ends by itself.",
        "glassLabel": "Code",
        "glassRefused": "This code opens nothing: it is wrong, was used in another browser, or its time is over.",
        "glassAction": "Open the portal",

        "stepUpTitle": "This needs a fresh sign-in",
        "stepUpSignIn": "Sign in again in a new tab",
    ]

    static let accessErrors: [String: Message] = [
        "access_denied": Message(
            title: "You have not been given access to this portal",
            advice: "If you need it, you can ask for it."),
        "access_barred": Message(
            title: "This portal is closed to your account",
            advice: "If you think that this is a mistake, you can ask for access."),
        "place_unknown": Message(
            title: "What you asked for belongs to no portal that is open here",
            advice: "Please check the address, or start again at the front page of the portal."),
        "body_unseen": Message(
            title: "We could not see which portal this was meant for, so it was not sent",
            advice: "Please start again at the front page of the portal. If it keeps happening, tell support."),
        "body_unreadable": Message(
            title: "We could not read what was sent, so it went no further",
            advice: "Please go back, reload the page and send it again."),
        "access_requests_exceeded": Message(
            title: "You have asked for access many times lately",
            advice: "Nothing was added. Please wait until tomorrow, or ask directly."),

        "closed": Message(
            title: "This way in is closed",
            advice: "You need no password here. Please sign in with your company account."),
        "closed_sign_up": Message(
            title: "You do not need to create an account here",
            advice: "Please sign in with your company account."),
        "closed_agent": Message(
            title: "This page is for the team that answers requests",
            advice: "If you belong to it, please sign in the way your team does."),
        "closed_page": Message(
            title: "This page is not open to customers",
            advice: "If you need it, please ask your administrator."),

        "sign_in_not_taken": Message(
            title: "The portal does not take your sign-in",
            advice: "Please try again in a minute. If it keeps happening, tell support the reference below."),
    ]
}
