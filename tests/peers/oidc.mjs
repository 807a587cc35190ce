// A real provider (oidc-provider) and a real relying party (openid-client) on loopback:
// `node oidc.mjs PROVIDER_PORT PLATFORM_PORT KIND`, KIND being `plain`, `proconnect` or `careless`.
import http from "node:http";
import { Provider } from "oidc-provider";
import * as client from "openid-client";

const [provided, platform, kind] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${provided}`;
const home = `http://127.0.0.1:${platform}`;
const proconnect = kind === "proconnect";
const careless = kind === "careless";

const provider = new Provider(issuer, {
  clients: [{
    client_id: "platform",
    client_secret: "a secret for these tests, of at least 32 bytes",
    redirect_uris: [`${home}/login/callback`],
    ...(proconnect ? { userinfo_signed_response_alg: "RS256" } : {}),
  }],
  cookies: { keys: ["a key for these tests"] },
  acrValues: proconnect ? ["eidas1", "eidas1-mfa", "eidas2", "eidas3"] : [],
  claims: proconnect
    ? { acr: null, openid: ["sub"], given_name: ["given_name"], usual_name: ["usual_name"], email: ["email"],
        siret: ["siret"], uid: ["uid"], idp_id: ["idp_id"] }
    : { openid: ["sub"], email: ["email"] },
  features: {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: proconnect },
    claimsParameter: { enabled: proconnect },
    rpInitiatedLogout: { enabled: !careless },
  },
});
http.createServer(provider.callback()).listen(Number(provided), "127.0.0.1");

async function login() {
  const config = await client.discovery(new URL(issuer), "platform", "a secret for these tests, of at least 32 bytes",
    undefined, { execute: [client.allowInsecureRequests] });
  const asked = {
    redirect_uri: `${home}/login/callback`,
    scope: proconnect ? "openid given_name usual_name email siret" : "openid email",
    state: careless ? "1234" : client.randomState(),
  };
  if (!careless) {
    asked.nonce = client.randomNonce();
    asked.code_challenge = await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier());
    asked.code_challenge_method = "S256";
  }
  return client.buildAuthorizationUrl(config, asked).href;
}

http.createServer(async (request, response) => {
  if (request.url.startsWith("/login")) {
    response.writeHead(302, { location: await login() }).end();
    return;
  }
  const page = `<!doctype html><html lang="fr"><title>Plateforme</title><a href="/login/oidc">Se connecter</a></html>`;
  response.writeHead(200, { "content-type": "text/html" }).end(page);
}).listen(Number(platform), "127.0.0.1");
