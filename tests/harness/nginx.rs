//! nginx, as the host of a subscription.

use std::path::Path;

use tokio::process::Command;

use crate::peer::{Peer, listening};
use crate::process::Process;

/// nginx, which serves the files of `folder`/www over TLS with `folder`/host.pem and host.key. Besides:
///
/// | path | what it does |
/// |---|---|
/// | `/hop/…` | redirects to the same without `/hop` |
/// | `/plain` | redirects to `http://` |
/// | `/loop` | redirects to itself |
/// | `/to/…` | redirects to `https://…` |
/// | `/drip/…` | the same without `/drip`, a byte a second |
pub async fn nginx(folder: &Path) -> Peer {
    let path = folder.join("nginx.conf");
    let start = |address| {
        let folder = folder.display();
        let config = format!(
            "daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
             events {{ worker_connections 64; }}
             http {{
               access_log off; default_type text/plain; root {folder}/www;
               client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
               fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
               gzip on; gzip_min_length 0; gzip_types *;
               server {{
                 listen {address} ssl;
                 ssl_certificate {folder}/host.pem; ssl_certificate_key {folder}/host.key;
                 add_header Subscription-Userinfo \"upload=1; download=2; total=10; expire=1700000000\";
                 location /hop/ {{ rewrite ^/hop(/.*)$ $1 redirect; }}
                 location /plain {{ return 302 http://$host/; }}
                 location /loop {{ return 302 https://$http_host/loop; }}
                 location ~ ^/to/(.*)$ {{ return 302 https://$1; }}
                 location /drip/ {{ rewrite ^/drip(/.*)$ $1 break; gzip off; limit_rate 1; }}
               }}
             }}"
        );
        std::fs::write(&path, config).expect("the temporary folder can be written");
        // Debian keeps it where only root looks.
        let mut command = Command::new("sh");
        command.args(["-c", "PATH=$PATH:/usr/sbin exec nginx -e stderr -c \"$0\""]).arg(&path);
        Process::start(&mut command)
    };
    listening(start).await
}
