// Lasso, in C, on the same Response: decode, parse, verify, and its own checks of the profile.
//
//     lasso MESSAGE SP-METADATA IDP-METADATA COUNT

#include <lasso/lasso.h>
#include <lasso/xml/saml-2.0/samlp2_response.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static double cpu(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
        + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static char *text_of(const char *path) {
    gchar *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    return text;
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: lasso MESSAGE SP-METADATA IDP-METADATA COUNT\n");
        return 64;
    }
    lasso_init();
    LassoServer *server = lasso_server_new_from_buffers(text_of(arguments[2]), NULL, NULL, NULL);
    if (server == NULL
        || lasso_server_add_provider_from_buffer(server, LASSO_PROVIDER_ROLE_IDP, text_of(arguments[3]), NULL, NULL)
            != 0) {
        fprintf(stderr, "metadata\n");
        return 1;
    }
    char *encoded = g_base64_encode((const guchar *)text_of(arguments[1]), strlen(text_of(arguments[1])));
    long total = atol(arguments[4]);
    double before = 0;
    for (long at = -200; at < total; at++) {
        if (at == 0) before = cpu();
        LassoLogin *login = lasso_login_new(server);
        // The request that it answers belongs to another process: what is raced is reading and verifying.
        int result = lasso_login_process_authn_response_msg(login, encoded);
        if (result != 0) {
            fprintf(stderr, "lasso refuses: %d %s\n", result, lasso_strerror(result));
            return 1;
        }
        g_object_unref(login);
    }
    printf("{\"count\": %ld, \"threads\": 1, \"cpu\": %f}\n", total, cpu() - before);
    return 0;
}
