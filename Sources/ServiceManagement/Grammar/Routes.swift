/// All paths of JSM that are known.
///
/// What is not here is `unknown`, which is protected.
enum Routes {
    static let all = pages + legacy + signIn + customerCalls + deskCalls + otherCalls + agents + assets

    /// What customers look at.
    private static let pages = [
        Route.looking("", .common),
        .looking("servicedesk", .common),
        .looking("servicedesk/customer", .common),
        .looking("servicedesk/customer/portals", .common),
        .looking("servicedesk/customer/user/requests", .common),
        Route("servicedesk/customer/user/profile", .common),
        Route("servicedesk/customer/portal/{portal}", .portal),
        .looking("servicedesk/customer/portal/{portal}/group/{any}", .portal),
        .looking("servicedesk/customer/portal/{portal}/article/{any}", .portal),
        Route("servicedesk/customer/portal/{portal}/create/{type}", .portal, body: .form),
        Route("servicedesk/customer/portal/{portal}/{key}", .portal),
        Route("servicedesk/customer/portal/{portal}/{key}/unsubscribe", .portal, .mailLink(.unsubscribePage)),
        Route("servicedesk/customer/portal/{portal}/{key}/feedback", .portal, .mailLink(.feedbackPage)),
        // JSM serves what pages of a portal show from here as a customer may see it.
        .looking("servicedesk/customershim/secure/viewavatar", .support),
        .looking("servicedesk/customershim/secure/projectavatar", .support),
        .looking("servicedesk/customershim/secure/attachment/{any}/{any}", .portal, .issueNumber),
        .looking("servicedesk/customershim/secure/thumbnail/{any}/{any}", .portal, .issueNumber),
    ]

    /// The older spelling of the same pages.
    private static let legacy = [
        Route.looking("plugins/servlet/desk", .common),
        Route("plugins/servlet/desk/portal/{portal}", .portal),
        .looking("plugins/servlet/desk/portal/{portal}/group/{any}", .portal),
        Route("plugins/servlet/desk/portal/{portal}/create/{type}", .portal, body: .form),
        Route("plugins/servlet/desk/portal/{portal}/{key}", .portal),
        Route("plugins/servlet/desk/**", .unknown),
    ]

    /// JSM's own ways in, and out.
    private static let signIn =
        [
            Route("login.jsp", .signInPage, act: .passwordLogin),
            Route("logout.jsp", .support),
            Route("servicedesk/customer/user/logout", .support),
            Route("secure/Logout.jspa", .support),
            Route("secure/Logout!default.jspa", .support),
            // The link of a welcome mail leads to a password of JSM's own.
            Route("servicedesk/customer/user/visitportal", .signInPage, act: .passwordLogin),
            Route("servicedesk/customer/visitportal", .signInPage, act: .passwordLogin),
            Route("servicedesk/customer/portal/{portal}/visitportal", .signInPage, act: .passwordLogin),
            Route("servicedesk/customer/portal/{portal}/user/visitportal", .signInPage, act: .passwordLogin),
            Route("rest/tsv/1.0/authenticate", .passwordLogin),
            Route("rest/auth/{any}/session", .passwordLogin),
            .looking("rest/authconfig/1.0/login-options", .signInPage),
            Route("secure/Signup.jspa", .signUp),
            Route("secure/Signup!default.jspa", .signUp),
            Route("secure/ForgotLoginDetails.jspa", .passwordLogin),
            Route("secure/ForgotPassword!default.jspa", .passwordLogin),
            Route("secure/ForgotPassword.jspa", .passwordLogin),
            Route("secure/ResetPassword!default.jspa", .passwordLogin),
            Route("secure/ResetPassword.jspa", .passwordLogin),
            // JSM's own SSO, by which a broker's answer reaches it.
            Route("plugins/servlet/samlsso", .support),
            Route("plugins/servlet/samlconsumer/**", .support),
            Route("plugins/servlet/saml/**", .support),
            Route("plugins/servlet/external-login/**", .support),
            Route("plugins/servlet/oidc/**", .support),
        ]
        + [
            "servicedesk/customer/user/", "servicedesk/customer/portal/{portal}/user/",
            "rest/servicedesk/1/customer/pages/user/",
        ].flatMap { user in
            [
                Route(user + "login", .signInPage, act: .passwordLogin),
                Route(user + "signup", .signUp),
            ]
                + [
                    "forgotpassword", "forgot-password", "resetpassword", "reset-password", "changepassword",
                    "setpassword",
                ].map { Route(user + $0, .passwordLogin) }
        }

    /// What the pages call.
    private static let customerCalls = [
        Route.calling("rest/servicedesk/1/customer/models", .common, body: .models),
        Route("rest/servicedesk/1/customer/portal/{portal}/user-search", .userSearch),
        Route("rest/servicedesk/1/customer/portal/{portal}/user-search/**", .userSearch),
        Route("rest/servicedesk/1/customer/participants/{key}/search", .portal),
        Route("rest/servicedesk/1/customer/participants/{key}/share", .portal),
        Route("rest/servicedesk/1/customer/participants/{key}/add", .portal),
        Route("rest/servicedesk/1/customer/participants/{key}/removeOrganisation", .portal),
        .calling("rest/servicedesk/1/servicedesk/customer/comment", .portal, body: .issueNumber),
        Route("rest/servicedesk/1/servicedesk/customer/participant/removeParticipant/{key}", .portal),
        .calling(
            "rest/servicedesk/1/customer/feedback/portal/{portal}/{key}", .portal, .mailLink(.feedbackCall)),
        .calling(
            "rest/servicedesk/1/customer/subscription/unsubscribe/portal/{portal}/{key}", .portal,
            .mailLink(.unsubscribeCall)),
        Route("rest/servicedesk/1/customer/pages/portal/{portal}", .portal),
        Route("rest/servicedesk/1/customer/pages/portal/{portal}/{key}", .portal),
    ]

    /// The public API.
    private static let deskCalls =
        [
            Route.looking("rest/servicedeskapi/info", .support),
            .looking("rest/servicedeskapi/servicedesk", .common),
            .looking("rest/servicedeskapi/servicedesk/{desk}", .portal),
            .looking("rest/servicedeskapi/servicedesk/{desk}/requesttype", .portal),
            .looking("rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}", .portal),
            .looking("rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}/field", .portal),
            .looking("rest/servicedeskapi/servicedesk/{desk}/requesttypegroup", .portal),
            .looking("rest/servicedeskapi/servicedesk/{desk}/knowledgebase/article", .portal),
            .calling("rest/servicedeskapi/servicedesk/{desk}/attachTemporaryFile", .portal),
            Route("rest/servicedeskapi/servicedesk/{desk}/customer/**", .provisioning),
            Route("rest/servicedeskapi/servicedesk/{desk}/organization/**", .provisioning),
            Route("rest/servicedeskapi/servicedesk/{desk}/queue/**", .agent),
            .looking("rest/servicedeskapi/portals", .common),
            .looking("rest/servicedeskapi/portals/{portal}", .portal),
            .looking("rest/servicedeskapi/portals/project/{project}", .portal),
            Route("rest/servicedeskapi/request", .common, act: .portal, body: .request),
            .calling("rest/servicedeskapi/request/validate", .portal, body: .request),
            Route("rest/servicedeskapi/request/{key}", .portal),
            Route("rest/servicedeskapi/request/{key}/**", .portal),
            Route("rest/servicedeskapi/customer/**", .provisioning),
            Route("rest/servicedeskapi/organization/**", .provisioning),
        ]
        + ["defaultValue", "portalconfig"].map {
            Route("rest/insight_servicedesk/1.0/servicedesk/{any}/{type}/" + $0, .portal)
        }

    private static let otherCalls =
        [
            Route("rest/webResources/1.0/resources", .support),
            Route("rest/wrm/2.0/resources", .support),
            .calling("rest/analytics/1.0/publish/bulk", .support),
            Route("rest/servicedesk/project-ui/noeyeball/**", .support),
        ] + ["2", "3", "latest"].map { .looking("rest/api/\($0)/myself", .support) }

    private static let agents = [
        "secure/**", "browse/**", "projects/**", "issues/**", "rest/api/**", "rest/authconfig/**", "plugins/**",
        "servicedesk/agent/**", "servicedesk/admin/**",
    ].map { Route($0, .agent) }

    /// Scripts, styles and images.
    private static let assets =
        [Route.looking("s/**", .asset, .cacheBuster)]
        + [
            "static/**", "static-assets/**", "images/**", "download/resources/**", "download/batch/**",
            "download/contextbatch/**", "favicon.ico", "robots.txt",
        ].map { .looking($0, .asset) }
}
