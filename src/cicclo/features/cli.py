"""`cicclo features`: publish files, serve them."""

from cyclopts import App

app = App(
    name="features",
    help="Publier et servir des données par OGC API Features. / Publish and serve data through OGC API Features.",
)
# read as text, so that one command does not load the libraries of the other
app.command("cicclo.features.publish_cli:publish", name="publish")
app.command("cicclo.features.serve_cli:serve", name="serve")
