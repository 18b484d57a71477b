"""What operators and admins work in: server-rendered pages under /console/.

`routing` declares who may call what, `layout` renders, `console` puts the sections together. A section is one module with
a class that has `routes()`; its words are in `texts/<language>/<section>.json`, its pages in `templates/<section>/`.
"""
