import BrokerModel

extension PostureCheck {
    /// Every check, in the order of the report.
    package static let all = [loginFree, signUp, passwordForm, fallback, mailChannel, widget]

    /// Portals that can be seen, and perhaps written to, by anybody.
    static let loginFree = PostureCheck(
        name: "login-free", question: "Can portals be used without signing in?",
        probes: { site in
            let base = "\(site.contextPath)/servicedesk/customer"
            return ["\(base)/portals"] + site.portals.map { "\(base)/portal/\($0.id)" }
        },
        judge: { answer in answer.asksToSignIn ? .pass : answer.status == 200 ? .fail : .unknown },
        advice: { kind in
            switch kind {
            case .cloud:
                "Products > Jira Service Management > Configuration > Customer access: turn off \"Customers can access "
                    + "and send requests from the portal without logging in\"; then each project: Project settings > "
                    + "Customer permissions > \"Only people added by agents and admins\""
            case .dataCenter:
                "Each project: Project settings > Customer permissions > Who can access: \"Customers who are added to "
                    + "the project\"; and Administration > Applications > Jira Service Management > Configuration: no "
                    + "anonymous access to portals"
            }
        })

    /// Accounts that anybody makes for themselves.
    static let signUp = PostureCheck(
        name: "sign-up", question: "Can anybody make an account?",
        probes: { ["\($0.contextPath)/servicedesk/customer/user/signup"] },
        judge: { answer in
            if answer.status == 404 || answer.asksToSignIn { return .pass }
            guard answer.status == 200 else { return .unknown }
            return answer.text.contains("sign-up is closed") || !answer.text.contains("<input") ? .unknown : .fail
        },
        advice: { kind in
            switch kind {
            case .cloud:
                "Products > Jira Service Management > Configuration > Customer access: turn off \"Allow customers to "
                    + "create accounts\""
            case .dataCenter:
                "Administration > Applications > Jira Service Management > Configuration > Public signup: Disabled"
            }
        })

    /// JSM's own form for a password.
    static let passwordForm = PostureCheck(
        name: "password-form", question: "Does the portal take passwords of JSM's own?",
        probes: { ["\($0.contextPath)/servicedesk/customer/user/login"] },
        judge: { answer in
            if answer.hasPasswordField { return .fail }
            return answer.asksToSignIn || answer.status == 404 ? .pass : .unknown
        },
        advice: { kind in
            switch kind {
            case .cloud:
                "admin.atlassian.com > Security > Authentication policies for portal-only customers: require single "
                    + "sign-on"
            case .dataCenter:
                "Administration > System > Authentication methods: turn off \"Show username and password\" for the "
                    + "customer portal"
            }
        })

    /// The way around single sign-on that JSM keeps for emergencies.
    static let fallback = PostureCheck(
        name: "fallback", question: "Is there a way around single sign-on for everybody?",
        probes: { $0.kind == .dataCenter ? ["\($0.contextPath)/login.jsp?auth_fallback"] : [] },
        judge: { answer in
            if answer.hasPasswordField { return .fail }
            return answer.asksToSignIn || answer.status == 404 ? .pass : .unknown
        },
        advice: { kind in
            switch kind {
            case .cloud:
                "Customers can still reach https://SITE.atlassian.net beside a custom domain: keep single sign-on "
                    + "required and portals restricted there"
            case .dataCenter:
                "Administration > System > Authentication methods > Authentication fallback: off, once another way in "
                    + "for administrators was tried"
            }
        })

    /// Mail that becomes a ticket.
    static let mailChannel = PostureCheck(
        name: "email-channel", question: "Does mail from strangers become a ticket?", probes: { _ in [] },
        judge: { _ in .unknown },
        advice: { _ in
            "Each project: Project settings > Channels > Email: off, or Customer permissions so that only customers who "
                + "are added can send; no gate sees this channel"
        })

    /// The form that other websites embed.
    static let widget = PostureCheck(
        name: "widget", question: "Can a widget on another website open tickets?", probes: { _ in [] },
        judge: { _ in .unknown },
        advice: { _ in
            "Each project: Project settings > Channels > Widget: off, or set to require signing in; no gate sees this "
                + "channel"
        })
}
