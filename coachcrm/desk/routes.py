"""The desk's addresses: every module of views, and the blueprints they hang on."""

from coachcrm.desk.availability.views import dates, month, weekly
from coachcrm.desk.blueprint import availability as availability_bp
from coachcrm.desk.blueprint import bursts as bursts_bp
from coachcrm.desk.blueprint import desk as desk_bp
from coachcrm.desk.blueprint import services as services_bp
from coachcrm.desk.blueprint import set_up as set_up_bp
from coachcrm.desk.calendar.views import book, booking, bursts, new_clocks, place, week
from coachcrm.desk.call.views import call, wrap_up
from coachcrm.desk.clients import views as clients
from coachcrm.desk.front_page import views as front_page
from coachcrm.desk.mail import views as mail
from coachcrm.desk.services import views as services
from coachcrm.desk.settings import views as settings
from coachcrm.desk.today import views as today
from coachcrm.desk.todo import views as todo

# Importing them ties their addresses to the blueprints: a module that is not here is not served.
VIEWS = (
    today,
    todo,
    call,
    wrap_up,
    week,
    booking,
    book,
    bursts,
    place,
    new_clocks,
    clients,
    weekly,
    dates,
    month,
    services,
    mail,
    settings,
    front_page,
)
BLUEPRINTS = (set_up_bp, desk_bp, bursts_bp, availability_bp, services_bp)
